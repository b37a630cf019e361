using Microsoft.Extensions.Logging;
using MiniLambda.Sandbox;
using MiniLambda.Sandbox.Compilation;
using MiniLambda.Telemetry.Probes;
using MiniLambda.Worker.Execution;
using MiniLambda.Worker.Identity;
using MiniLambda.Worker.Machine;
using MiniLambda.Worker.Metrics;
using MiniLambda.Worker.Modules;
using MiniLambda.Worker.Owner;
using MiniLambda.Worker.Session;
using MiniLambda.Worker.Spool;

namespace MiniLambda.Worker;

/// <summary>A running worker. Disposing hands back what waits, lets what runs finish for a few seconds, and stops.</summary>
public sealed partial class WorkerHost : IAsyncDisposable
{
    /// <summary>How long running guests may go on after a stop was asked for.</summary>
    private static readonly TimeSpan FinishWait = TimeSpan.FromSeconds(6);

    /// <summary>How long the last reports may take to be acknowledged.</summary>
    private static readonly TimeSpan DeliveryWait = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly AttemptTable _attempts = new();
    private readonly OrchestratorLink _link;
    private readonly SandboxEngine _sandbox;
    private readonly SlotPool _slots;
    private readonly AttemptRunner _runner;
    private readonly SpoolWriter _spool;
    private readonly SleepWatch _sleep;
    private readonly CertificateRenewal _renewal;
    private readonly SessionLoop _session;
    private readonly TimeProvider _clock;
    private readonly ILogger<WorkerHost> _logger;
    private readonly Task _running;
    private readonly WorkerMetrics _metrics;
    private readonly TelemetryExport _export;
    private ProbeListener? _probes;

    private WorkerHost(WorkerOptions options, ILoggerFactory loggers, TimeProvider clock, Random random)
    {
        _clock = clock;
        _logger = loggers.CreateLogger<WorkerHost>();
        Name = options.Name;
        var folders = new WorkerFolders(options.Data);
        _link = new OrchestratorLink(options);
        _sandbox = new SandboxEngine(
            new SandboxOptions
            {
                ArtifactFolder = folders.Artifacts,
                ArtifactCacheBytes = options.ArtifactCacheBytes,
                MaxConcurrency = options.Slots,
                Isolation = options.Isolation,
                Host = options.Host,
                ScratchFolder = folders.Temporary,
                Compile = new CompileLimits { Timeout = options.CompileTimeout, MemoryBytes = options.CompileMemoryBytes },
            },
            clock, loggers.CreateLogger<SandboxEngine>());
        var guard = new LeaseGuard(options);
        var transfer = new BlobTransfer(_link, clock, random);
        var modules = new ModuleFolder(folders.Modules, transfer);
        var prefetch = new Prefetcher(_sandbox, modules, guard, loggers.CreateLogger<Prefetcher>());
        var spool = new OutcomeSpool(folders.Spool, options.SpoolBytes, loggers.CreateLogger<OutcomeSpool>());
        var undelivered = spool.Load();
        _spool = new SpoolWriter(spool, _attempts, loggers.CreateLogger<SpoolWriter>());
        _sleep = new SleepWatch(clock, SuspendClock.Read);
        var outbox = new Outbox(_attempts, _spool, _sleep);
        _slots = new SlotPool(options.Slots, options.MaxMemoryBytes, loggers.CreateLogger<SlotPool>());
        _metrics = new WorkerMetrics(_sandbox, _slots, _attempts);
        _export = new TelemetryExport(_metrics, options);
        _runner = new AttemptRunner(
            _sandbox, modules, transfer, _slots, new ExecutionRequests(options), guard, outbox, _attempts, _spool, folders, clock, random, _metrics,
            loggers.CreateLogger<AttemptRunner>());
        _renewal = new CertificateRenewal(options, _link, clock, random, loggers.CreateLogger<CertificateRenewal>());
        _session = new SessionLoop(
            options, _link, outbox, _attempts, _runner, prefetch, guard, _sandbox, _sleep, _renewal, clock, random, _metrics, loggers.CreateLogger<SessionLoop>());
        undelivered.ForEach(_runner.Restore);
        if (undelivered.Count > 0)
            LogRestored(undelivered.Count);
        _running = RunAsync(prefetch);
    }

    public string Name { get; }

    /// <summary>Where scrapers and health checks are answered, with the port that was really taken; null when nowhere.</summary>
    public Uri? ProbeUrl => _probes?.Url;

    /// <summary>Whether it runs as it should, be there an orchestrator or not.</summary>
    public bool IsAlive => !_running.IsCompleted;

    /// <summary>Starts a worker and waits until the orchestrator has taken it in.</summary>
    /// <exception cref="WorkerRefusedException">The orchestrator refuses it: wrong token, or its name is in use.</exception>
    /// <exception cref="IOException">The data folder cannot be used, or sandbox hosts cannot be started.</exception>
    public static async Task<WorkerHost> StartAsync(WorkerOptions options, CancellationToken cancellationToken, ILoggerFactory? loggers = null)
    {
#pragma warning disable RS0030 // Here, where the parts are put together, is where the passed-in generator comes from.
        var host = new WorkerHost(
            options, loggers ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System, Random.Shared);
#pragma warning restore RS0030
        try
        {
            host.ListenForProbes(options);
            await host._sandbox.Ready.WaitAsync(cancellationToken);
            await host._session.Welcomed.WaitAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the token ends.</summary>
    /// <exception cref="WorkerRefusedException">The orchestrator does not want this worker any more; the message says why.</exception>
    /// <exception cref="InvalidOperationException">The worker stopped by itself, which it never should; the message says why.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
        {
            var cause = _running.Exception?.GetBaseException();
            if (cause is WorkerRefusedException refusal)
                throw new WorkerRefusedException(refusal.Message);
            throw new InvalidOperationException($"the worker stopped by itself: {cause?.Message ?? "it dials no more"}", cause);
        }
    }

    // From the first moment on: whoever asks is told that it is not ready yet.
    private void ListenForProbes(WorkerOptions options)
    {
        if (options.MetricsListen is not { } url)
            return;
        _probes = ProbeListener.Start(url, new Probes(_export, _session, this).AnswerAsync, _clock);
        LogProbes(_probes.Url);
        if (!_probes.Url.IsLoopback)
            LogProbesOpen(_probes.Url);
    }

    private async Task RunAsync(Prefetcher prefetch)
    {
        // What stands around its functions is part of what a worker says of itself.
        await _sandbox.Ready.WaitAsync(_stopping.Token);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var prefetching = prefetch.RunAsync(over.Token);
        try
        {
            await _session.RunAsync(_stopping.Token);
        }
        finally
        {
            await over.CancelAsync();
            await prefetching;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        _session.Drain();
        foreach (var attempt in _attempts.All)
            _runner.TryReturn(attempt);
        await _attempts.WaitAsync(static attempts => attempts.IsIdle, FinishWait, _clock);
        foreach (var attempt in _attempts.All.Where(a => a.Stage == AttemptStage.Running))
        {
            LogHandedBack(attempt.Id.Value, attempt.Number);
            attempt.Interrupt();
        }

        await _attempts.WaitAsync(static attempts => attempts.IsEmpty, DeliveryWait, _clock);
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _runner.Dispose();
        await _spool.DisposeAsync();
        _sleep.Dispose();
        _slots.Dispose();
        _sandbox.Dispose();
        _renewal.Dispose();
        _link.Dispose();
        if (_probes is not null)
            await _probes.DisposeAsync();
        _export.Dispose();
        _metrics.Dispose();
        _stopping.Dispose();
    }

    [LoggerMessage(3002, LogLevel.Information, "{Count} outcomes that could not be delivered before the last stop are delivered now, as far as they still count")]
    private partial void LogRestored(int count);

    [LoggerMessage(3003, LogLevel.Information, "metrics and health at {Url}")]
    private partial void LogProbes(Uri url);

    [LoggerMessage(3004, LogLevel.Warning, "whoever reaches {Url} can read this worker's metrics: it asks for no token")]
    private partial void LogProbesOpen(Uri url);

    [LoggerMessage(3001, LogLevel.Information, "job {Job} attempt {Attempt} is handed back: the worker stops")]
    private partial void LogHandedBack(string job, int attempt);
}
