using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Sandbox;
using MiniLambda.Worker.Owner;

namespace MiniLambda.Worker.Modules;

/// <summary>Fetches and compiles modules ahead of need, one after the other and at low priority. It is only a help: what fails here, the first job does.</summary>
internal sealed partial class Prefetcher(SandboxEngine sandbox, ModuleFolder modules, LeaseGuard guard, ILogger<Prefetcher> logger)
{
    /// <summary>Orders that may wait; the oldest are forgotten for newer ones.</summary>
    private const int MaxWaiting = 256;

    private readonly Channel<PrefetchModule> _orders = Channel.CreateBounded<PrefetchModule>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public void Add(PrefetchModule order) => _orders.Writer.TryWrite(order);

    /// <summary>Works until the token ends it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var order in _orders.Reader.ReadAllAsync(stopping))
                await PrefetchAsync(order, stopping);
        }
        catch (OperationCanceledException)
        {
            // The worker stops.
        }
    }

    private async Task PrefetchAsync(PrefetchModule order, CancellationToken stopping)
    {
        if (!BlobDigest.TryParse(order.ModuleDigest, out var digest) || !guard.Allows(order))
            return;
        try
        {
            await sandbox.PrepareAsync(digest, order.Metered, token => modules.GetAsync(digest, token), stopping, background: true);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(digest.Short, e.Message);
        }
    }

    [LoggerMessage(3451, LogLevel.Information, "module {Module} could not be compiled ahead of need: {Problem}")]
    private partial void LogFailed(string module, string problem);
}
