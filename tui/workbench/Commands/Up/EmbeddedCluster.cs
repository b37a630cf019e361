using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Hosting.Logs;
using MiniLambda.Orchestrator;
using MiniLambda.Telemetry.Logs;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;
using MiniLambda.Worker;
using MiniLambda.Worker.Identity;
using MiniLambda.Worker.Session;
using JoinToken = MiniLambda.Trust.Joining.JoinToken;

namespace MiniLambda.Workbench.Commands.Up;

/// <summary>A whole cluster in this process: an orchestrator and some workers, over real connections on loopback. Where it serves TLS its workers join as any
/// others do.</summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly OrchestratorHost _orchestrator;
    private readonly ILoggerFactory _loggers;
    private readonly List<WorkerHost> _workers = [];

    private EmbeddedCluster(OrchestratorHost orchestrator, ILoggerFactory loggers)
    {
        _orchestrator = orchestrator;
        _loggers = loggers;
    }

    public Uri Url => _orchestrator.Url;

    public string Token => _orchestrator.Token;

    /// <summary>What clients know it by; null when it serves plain text.</summary>
    public PinnedAuthority? Authority => _orchestrator.Authority;

    public IEnumerable<string> Workers => _workers.Select(w => w.Name);

    /// <param name="listen">https:// for TLS; port 0 takes any free one.</param>
    /// <param name="token">Null makes one for this run.</param>
    /// <exception cref="IOException">The folder or the port cannot be used.</exception>
    public static async Task<EmbeddedCluster> StartAsync(
        string listen, string data, int workers, string? token, LogLevel logLevel, CancellationToken cancellationToken, Observation? observation = null)
    {
        var format = observation?.LogFormat ?? LogFormat.Text;
        var threshold = new LogThreshold { Level = logLevel };
        void Configure(ILoggingBuilder logging) => logging.AddDaemonLog(format, threshold);
        return await StartAsync(listen, data, workers, token, Configure, cancellationToken, observation);
    }

    /// <param name="Configure">Sets its log up.</param>
    internal static async Task<EmbeddedCluster> StartAsync(
        string listen, string data, int workers, string? token, Action<ILoggingBuilder> Configure, CancellationToken cancellationToken,
        Observation? observation = null)
    {
        var watched = observation ?? new Observation();
        var loggers = LoggerFactory.Create(Configure);
        var orchestrator = await StartOrchestratorAsync(
            new OrchestratorOptions
            {
                Listen = listen,
                Data = Path.Combine(data, "orchestrator"),
                Token = token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
                Metrics = watched.Metrics,
                OtlpEndpoint = watched.OtlpEndpoint,
                TraceSample = watched.TraceSample,
            },
            Configure, cancellationToken);
        var cluster = new EmbeddedCluster(orchestrator, loggers);
        try
        {
            // The cores are shared out, so that the workers together run as many guests as one would.
            var slots = Math.Max(1, Environment.ProcessorCount / workers);
            for (var i = 1; i <= workers; i++)
            {
                var name = $"local-{i}";
                var options = new WorkerOptions
                {
                    Server = cluster.Url.ToString(),
                    Token = cluster.Token,
                    Name = name,
                    Slots = slots,
                    Data = Path.Combine(data, name),
                    OtlpEndpoint = watched.OtlpEndpoint,
                };
                cluster._workers.Add(await cluster.StartWorkerAsync(options, cancellationToken));
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task RunAsync(WorkerHost worker, CancellationToken cancellationToken)
    {
        try
        {
            await worker.RunAsync(cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new IOException($"{worker.Name}: {e.Message}", e);
        }
    }

    private static async Task<OrchestratorHost> StartOrchestratorAsync(
        OrchestratorOptions options, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        try
        {
            return await OrchestratorHost.StartAsync(options, cancellationToken, logging);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new IOException($"{options.Listen} is taken, by another cluster or something else; --listen names another, and port 0 takes any free one", e);
        }
    }

    /// <summary>Waits until the token ends.</summary>
    /// <exception cref="IOException">A worker stopped by itself: what was promised to run here would wait for ever.</exception>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(_workers.Select(worker => RunAsync(worker, cancellationToken)));

    public ClusterConnection Connect() => new(Url, Token, new ServerTrust(Authority));

    /// <summary>Starts a worker as who it was before; it joins when it did not yet, or was removed since.</summary>
    private async Task<WorkerHost> StartWorkerAsync(WorkerOptions options, CancellationToken cancellationToken)
    {
        if (Authority is null)
            return await WorkerHost.StartAsync(options, cancellationToken, _loggers);
        if (NodeIdentity.TryLoad(options.Data) is { } known && known.Authority == Authority)
        {
            options.Identity = known;
            try
            {
                return await WorkerHost.StartAsync(options, cancellationToken, _loggers);
            }
            catch (WorkerRefusedException)
            {
                // Its owner has it back by starting the cluster.
            }
        }

        options.Identity = await JoinAsync(options.Name, options.Data, cancellationToken);
        return await WorkerHost.StartAsync(options, cancellationToken, _loggers);
    }

    private async Task<NodeIdentity> JoinAsync(string name, string data, CancellationToken cancellationToken)
    {
        using var connection = Connect();
        try
        {
            // One of that name whose folder is gone, or that another authority vouched for.
            await connection.Cluster.RemoveWorkerAsync(new RemoveWorkerRequest { Name = name }, cancellationToken: cancellationToken);
        }
        catch (ApiException e) when (e.Status == StatusCode.NotFound)
        {
            // There is none, as on the first start.
        }

        var made = await connection.Access.CreateJoinTokenAsync(new CreateJoinTokenRequest(), cancellationToken: cancellationToken);
        var token = JoinToken.TryParse(made.Text, out var problem) ?? throw new IOException(problem);
        return await Joining.JoinAsync(token, token.Servers, name, data, TimeProvider.System, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_workers.Select(w => w.DisposeAsync().AsTask()));
        await _orchestrator.DisposeAsync();
        _loggers.Dispose();
    }
}

/// <summary>How a cluster in this process is watched; as the settings of the daemons.</summary>
public sealed record Observation
{
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    public bool Metrics { get; init; } = true;

    public Uri? OtlpEndpoint { get; init; }

    public double TraceSample { get; init; } = 0.1;
}

/// <summary>A folder that is gone when it is disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("minilambda-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
