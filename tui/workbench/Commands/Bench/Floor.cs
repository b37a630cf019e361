using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Sandbox;
using MiniLambda.Sandbox.Floor;

namespace MiniLambda.Workbench.Commands.Bench;

/// <summary>Measures what the parts cost alone, in the same process and minute as the whole.</summary>
internal static class Floor
{
    private const int Rounds = 500;
    private const int WarmUpRounds = 50;
    private static readonly TimeSpan RateDuration = TimeSpan.FromSeconds(2);

    public static async Task<FloorReport> MeasureAsync(byte[] module, string folder, CancellationToken cancellationToken)
    {
        using var bare = new BareLoop(module, folder);
        bare.Cold(WarmUpRounds);
        bare.Warm(WarmUpRounds);
        var path = Path.Combine(folder, "floor.wasm");
        await File.WriteAllBytesAsync(path, module, cancellationToken);
        return new FloorReport(
            Percentiles.Of(bare.Cold(Rounds)), await SandboxAsync(module, path, folder, Isolation.Thread, loaded: 0),
            await SandboxAsync(module, path, folder, Isolation.Process, loaded: 0),
            Percentiles.Of(bare.Warm(Rounds)), await SandboxAsync(module, path, folder, Isolation.Thread, loaded: 1),
            await SandboxAsync(module, path, folder, Isolation.Process, loaded: 1),
            bare.WarmRate(2, RateDuration), await EchoAsync(cancellationToken));
    }

    /// <param name="loaded">0: the artifact is loaded from disk each time; 1: once.</param>
    private static async Task<Percentiles> SandboxAsync(byte[] module, string path, string folder, Isolation isolation, int loaded)
    {
        using var sandbox = new SandboxEngine(
            new SandboxOptions
            {
                ArtifactFolder = Path.Combine(folder, "floor"),
                LoadedModules = loaded,
                MaxConcurrency = 1,
                Isolation = isolation,
            },
            TimeProvider.System, NullLogger<SandboxEngine>.Instance);
        var request = new ExecutionRequest { ProgramName = "floor" };
        var output = new NoOutput();
        var digest = BlobDigest.Of(module);
        var times = new List<TimeSpan>();
        for (var i = 0; i < Rounds + WarmUpRounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var ready = await sandbox.PrepareAsync(digest, false, _ => ValueTask.FromResult(path), CancellationToken.None);
            sandbox.Run(ready, request, output, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        return Percentiles.Of(times.Skip(WarmUpRounds));
    }

    private static async Task<Percentiles> EchoAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.MapGrpcService<EchoService>();
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var connection = new ClusterConnection(new Uri(address), "");
        var times = new List<TimeSpan>();
        for (var i = 0; i < (2 * Rounds) + WarmUpRounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await connection.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        return Percentiles.Of(times.Skip(WarmUpRounds));
    }

    /// <summary>Answers at once and knows nothing.</summary>
    private sealed class EchoService : ClusterService.ClusterServiceBase
    {
        public override Task<ClusterInfo> Info(ClusterInfoRequest request, ServerCallContext context) => Task.FromResult(new ClusterInfo());
    }

    private sealed class NoOutput : IGuestOutput
    {
        public void Started()
        {
        }

        public void Stdout(ReadOnlySpan<byte> data)
        {
        }

        public void Stderr(ReadOnlySpan<byte> data)
        {
        }
    }
}
