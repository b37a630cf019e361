using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;

namespace MiniLambda.Sandbox.Execution;

/// <summary>
/// Runs guests in this process, for devices too small for processes. A guest that is deep in a host call at its deadline is reported and its thread
/// left behind to unwind; there may be only so many of those.
/// </summary>
internal sealed class ThreadRunner(int concurrency, int loadedModules, TimeProvider clock) : IGuestRunner
{
    /// <summary>Threads left behind that are borne with.</summary>
    private const int MaxStuck = 16;

    /// <summary>How late a guest may end by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly GuestRuntime _runtime = new(concurrency + MaxStuck, loadedModules, clock);
    private readonly Stack<GuestThread> _idle = new();
    private readonly Lock _gate = new();
    private int _stuck;
    private bool _disposed;

    public void WarmUp() => _runtime.WarmUp();

    /// <inheritdoc/>
    public ExecutionResult Run(ArtifactFile artifact, ExecutionRequest request, IGuestOutput output, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _stuck) >= MaxStuck)
            throw new IOException($"{MaxStuck} guests that ran past their deadline still hold their threads; restart the worker, or use isolation by process");
        GuestThread? thread;
        lock (_gate)
        {
            if (!_idle.TryPop(out thread))
                thread = new GuestThread();
        }

        var guarded = new GuardedOutput(output);
        var guest = thread.Begin(() => _runtime.Run(artifact, request, guarded, cancellationToken));
        if (guest.Wait(request.Limits.Timeout + artifact.LoadAllowance, Grace, cancellationToken) is { } stopped)
        {
            guarded.Close();
            Interlocked.Increment(ref _stuck);
            guest.WhenDone(() =>
            {
                Interlocked.Decrement(ref _stuck);
                thread.End();
            });
            return stopped == AttemptOutcome.Timeout
                ? new ExecutionResult { Outcome = stopped, Message = GuestRunner.TimeoutMessage(request.Limits) }
                : new ExecutionResult { Outcome = stopped, Message = "cancelled" };
        }

        Return(thread);
        return guest.Result();
    }

    /// <summary>Guests that still run go on to their own end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var thread in _idle)
                thread.End();
            _idle.Clear();
        }

        _runtime.Dispose();
    }

    private void Return(GuestThread thread)
    {
        lock (_gate)
        {
            if (_disposed)
                thread.End();
            else
                _idle.Push(thread);
        }
    }

    /// <summary>Nothing of a guest that was left behind comes through any more.</summary>
    private sealed class GuardedOutput(IGuestOutput output) : IGuestOutput
    {
        private readonly Lock _gate = new();
        private bool _closed;

        public void Close()
        {
            lock (_gate)
                _closed = true;
        }

        public void Started() => Pass(default, static (output, _) => output.Started());

        public void Stdout(ReadOnlySpan<byte> data) => Pass(data, static (output, data) => output.Stdout(data));

        public void Stderr(ReadOnlySpan<byte> data) => Pass(data, static (output, data) => output.Stderr(data));

        private void Pass(ReadOnlySpan<byte> data, Deliver deliver)
        {
            lock (_gate)
            {
                if (!_closed)
                    deliver(output, data);
            }
        }

        private delegate void Deliver(IGuestOutput output, ReadOnlySpan<byte> data);
    }
}
