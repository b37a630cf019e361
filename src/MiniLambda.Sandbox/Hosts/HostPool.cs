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
    private readonly List<HostProcess> _idle = [];
    private readonly HashSet<HostProcess> _all = [];
    private readonly HostSpawner _spawner;
    private readonly HostSpec _spec;
    private readonly int _size;
    private readonly ILogger _logger;
    private int _starting;
    private string? _problem;
    private bool _disposed;

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

    /// <summary>The walls around the hosts; empty until the first is ready.</summary>
    public IReadOnlyList<Wall> Walls { get; private set; } = [];

    /// <summary>Starts as many hosts as guests may run at once.</summary>
    public void Fill()
    {
        lock (_gate)
            Fill_NeedsLock();
    }

    /// <inheritdoc/>
    public ExecutionResult Run(ArtifactFile artifact, ExecutionRequest request, IGuestOutput output, CancellationToken cancellationToken)
    {
        var host = Rent(artifact, cancellationToken);
        var isHealthy = false;
        try
        {
            var result = new HostRun(host, artifact, request, output).Execute(cancellationToken);
            isHealthy = result.IsHostHealthy;
            return result.Result;
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

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var host in _all)
                host.Dispose();
            _idle.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    // The host that has the module loaded, else the one that was used last: its caches are warm.
    private HostProcess Rent(ArtifactFile artifact, CancellationToken cancellationToken)
    {
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

            var best = _idle.FindLastIndex(host => host.Seen.Contains((artifact.Module, artifact.IsMetered)));
            var host = _idle[best < 0 ? ^1 : best];
            _idle.Remove(host);
            return host;
        }
    }

    private void Return(HostProcess host, ArtifactFile artifact, bool isHealthy)
    {
        lock (_gate)
        {
            if (isHealthy && !_disposed)
            {
                host.Seen.Add((artifact.Module, artifact.IsMetered));
                _idle.Add(host);
                Monitor.Pulse(_gate);
                return;
            }

            _all.Remove(host);
            host.Dispose();
            Fill_NeedsLock();
        }
    }

    private void Fill_NeedsLock()
    {
        for (; !_disposed && _all.Count + _starting < _size; _starting++)
            _spawner.Start(_spec, Started, Failed);
    }

    private void Started(HostProcess host)
    {
        lock (_gate)
        {
            _starting--;
            _problem = null;
            Walls = host.Walls;
            if (_disposed)
            {
                host.Dispose();
                return;
            }

            _all.Add(host);
            _idle.Add(host);
            Monitor.Pulse(_gate);
        }
    }

    // Not tried again by itself: the next guest asks for a host, and is told when there is none.
    private void Failed(Exception failure)
    {
        lock (_gate)
        {
            _starting--;
            _problem = failure.Message;
            Monitor.PulseAll(_gate);
        }

        LogNoHost(failure.Message);
    }

    [LoggerMessage(4501, LogLevel.Error, "no sandbox host: {Problem}")]
    private partial void LogNoHost(string problem);
}
