using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Orchestrator.Blobs;

/// <summary>
/// Removes blobs that nobody names: refused modules, inputs that no job came for, results of attempts that were retried, modules of deleted functions.
/// A blob is uploaded before it is named, so one goes only when nobody touched it for <see cref="Grace"/>, and only at the second look that finds it
/// unnamed: what was about to name it at the first has done so by then.
/// </summary>
internal sealed partial class BlobSweep(IBlobStore blobs, IFunctionStore names, IBlobOwners owners, TimeProvider clock, ILogger<BlobSweep> logger) : BackgroundService
{
    /// <summary>How long an upload may wait for what names it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Each step looks at one part of the blobs, so that none takes long.</summary>
    public const int Steps = 256;

    private static readonly TimeSpan StepPeriod = TimeSpan.FromSeconds(10);

    private readonly IReadOnlySet<BlobDigest>[] _unnamed = [.. Enumerable.Repeat(new HashSet<BlobDigest>(), Steps)];

    /// <summary>Looks at the blobs whose digest begins with a byte.</summary>
    public async Task SweepAsync(byte firstByte, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - Grace;
        var unnamed = new HashSet<BlobDigest>();
        foreach (var blob in blobs.ListUntouched(firstByte, since))
        {
            if (await names.IsNamedAsync(blob, cancellationToken))
                continue;
            if (!_unnamed[firstByte].Contains(blob))
                unnamed.Add(blob);
            else
                await RemoveAsync(blob, since, cancellationToken);
        }

        _unnamed[firstByte] = unnamed;
    }

    // Who sent it is forgotten first: one who sends it anew while it goes must not be forgotten with the others.
    private async Task RemoveAsync(BlobDigest blob, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var senders = await owners.ForgetAsync(blob, cancellationToken);
        if (blobs.Delete(blob, since))
            LogRemoved(blob.Short);
        else
            await owners.RestoreAsync(blob, senders, CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(StepPeriod, clock);
        for (byte part = 0; await timer.WaitForNextTickAsync(stoppingToken); part++)
        {
            try
            {
                await SweepAsync(part, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(1651, LogLevel.Information, "blob {Blob} is removed: nobody names it")]
    private partial void LogRemoved(string blob);

    [LoggerMessage(1652, LogLevel.Error, "looking for blobs that nobody names failed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
