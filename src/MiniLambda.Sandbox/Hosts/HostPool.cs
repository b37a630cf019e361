using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>
/// The sandbox hosts that guests run in: started ahead of need, one guest at a time each, used again for guests of any function, replaced when one
/// ends or had to be ended.
/// </summary>
internal sealed partial class HostPool : IGuestRunner
{
    /// <summary>A host's own needs beside its guest, in bytes.</summary>
    private const long OwnBytes = 1L << 30;

    private static readonly TimeSpan RentTimeout = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<HostProcess> _idle = [];
    private readonly HashSet<HostProcess> _all = [];
    private readonly HostSpawner _spawner;
    private readonly HostSpec _spec;
    private readonly int _size;
    private readonly ILogger _logger;
    private int _starting;
    private string? _problem;
    private bool _disposed;
    private long _lost;

    public HostPool(HostSpawner spawner, int size, int loadedModules, bool network, ILogger logger)
    {
        _spawner = spawner;
        _size = size;
        _logger = logger;
        _spec = new HostSpec(
            new WallSpec
            {
                MemoryBytes = ExecutionLimits.MaxMemoryBytes + OwnBytes,
                // As much as a guest's first memory may have, which Wasmtime puts into a memory file.
                FileBytes = ExecutionLimits.MaxMemoryBytes,
                OpenFiles = 256,
                Network = network,
            },
            loadedModules, HeapBytes: 256L << 20, IsForGuests: true);
    }

    /// <summary>Completes when the first host is ready; fails when it cannot be started.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The walls around the hosts; empty until the first is ready.</summary>
    public IReadOnlyList<Wall> Walls { get; private set; } = [];

    /// <summary>How many hosts ended, or had to be ended, before the pool was closed.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Starts as many hosts as guests may run at once.</summary>
    public void Fill()
    {
        lock (_gate)
            Fill_NeedsLock();
    }

    /// <inheritdoc/>
    public ExecutionResult Run(ArtifactFile artifact, ExecutionRequest request, IGuestOutput output, CancellationToken cancellationToken)
    {
        // All that were idle may have died, and one that was started since.
        for (var tries = 0; tries <= _size; tries++)
        {
            var host = Rent(artifact, cancellationToken);
            var isHealthy = false;
            try
            {
                var (result, isStillHealthy) = new HostRun(host, artifact, request, output).Execute(cancellationToken);
                isHealthy = isStillHealthy;
                if (result is not null)
                    return result;
            }
            catch (ArtifactDamagedException)
            {
                isHealthy = true;
                throw;
            }
            finally
            {
                Return(host, artifact, isHealthy);
            }
        }

        throw new IOException("sandbox hosts end before they take a guest");
    }

    /// <summary>Returns when every host is gone.</summary>
    public void Dispose()
    {
        List<HostProcess> hosts;
        lock (_gate)
        {
            _disposed = true;
            hosts = [.. _all];
            _all.Clear();
            _idle.Clear();
            Monitor.PulseAll(_gate);
        }

        hosts.ForEach(static host => host.Kill());
        hosts.ForEach(static host => host.End());
    }

    private HostProcess Rent(ArtifactFile artifact, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_idle.Count > 0)
                return Take_NeedsLock(artifact);
        }

        // Not under the lock: leaving waits for a callback that runs.
        using var cancelled = cancellationToken.UnsafeRegister(static pool => ((HostPool)pool!).WakeAll(), this);
        lock (_gate)
        {
            while (_idle.Count == 0)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                cancellationToken.ThrowIfCancellationRequested();
                Fill_NeedsLock();
                if (!Monitor.Wait(_gate, RentTimeout))
                    throw new IOException("no sandbox host became free in time");
                if (_idle.Count == 0 && _starting == 0 && _problem is { } problem)
                    throw new IOException(problem);
            }

            return Take_NeedsLock(artifact);
        }
    }

    // The host that has the module loaded, else the one that was used last: its caches are warm.
    private HostProcess Take_NeedsLock(ArtifactFile artifact)
    {
        var best = _idle.FindLastIndex(host => host.Seen.Contains(artifact.Module, artifact.IsMetered));
        var host = _idle[best < 0 ? ^1 : best];
        _idle.Remove(host);
        return host;
    }

    private void WakeAll()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private void Return(HostProcess host, ArtifactFile artifact, bool isHealthy)
    {
        lock (_gate)
        {
            if (isHealthy && !_disposed)
            {
                host.Seen.Add(artifact.Module, artifact.IsMetered);
                _idle.Add(host);
                // All: the one that is woken may just have been cancelled.
                Monitor.PulseAll(_gate);
                return;
            }

            _all.Remove(host);
            if (!_disposed)
                _lost++;
            Fill_NeedsLock();
        }

        host.Dispose();
    }

    // One that died while it waited for a guest. It is replaced, unless it never ran any: hosts that die of themselves must not be started for ever.
    private void Ended(HostProcess host)
    {
        lock (_gate)
        {
            if (!_idle.Remove(host))
                return;
            _all.Remove(host);
            _lost++;
            if (!host.Seen.IsEmpty)
                Fill_NeedsLock();
        }

        LogEndedIdle(host.Id, host.DescribeEnd());
        host.Dispose();
    }

    // After a failure one is tried, and the others once that has worked.
    private void Fill_NeedsLock()
    {
        var wanted = _problem is null ? _size : Math.Min(_size, _all.Count + 1);
        for (; !_disposed && _all.Count + _starting < wanted; _starting++)
            _spawner.Start(_spec, Started, Failed);
    }

    private void Started(HostProcess host)
    {
        lock (_gate)
        {
            _starting--;
            _problem = null;
            Walls = host.Walls;
            _ready.TrySetResult();
            if (_disposed)
            {
                host.Dispose();
                return;
            }

            _all.Add(host);
            _idle.Add(host);
            Fill_NeedsLock();
            Monitor.PulseAll(_gate);
        }

        host.WhenEnded(Ended);
    }

    // Not tried again by itself: the next guest asks for a host, and is told when there is none.
    private void Failed(Exception failure)
    {
        lock (_gate)
        {
            _starting--;
            _problem = failure.Message;
            _ready.TrySetException(failure);
            Monitor.PulseAll(_gate);
        }

        LogNoHost(failure.Message);
    }

    [LoggerMessage(4501, LogLevel.Error, "no sandbox host: {Problem}")]
    private partial void LogNoHost(string problem);

    [LoggerMessage(4502, LogLevel.Warning, "sandbox host {Process} ended while it was idle ({End})")]
    private partial void LogEndedIdle(int process, string end);
}
