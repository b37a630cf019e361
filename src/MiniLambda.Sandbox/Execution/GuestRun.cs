using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Execution;

/// <summary>
/// One guest while it runs: its deadline, its output so far, and whether it has to stop. The engine asks it at every tick of the epoch, the shadowed
/// WASI functions before they wait, and the stream callbacks at every write.
/// </summary>
internal sealed class GuestRun(ExecutionRequest request, IGuestOutput output, TimeProvider clock, CancellationToken cancelled)
{
    private long _started = clock.GetTimestamp();
    private long _stdoutBytes;
    private long _stderrBytes;
    private volatile bool _outputExceeded;

    public CapabilityGrants Capabilities => request.Capabilities;

    public TimeProvider Clock => clock;

    public bool LogsTruncated { get; private set; }

    /// <summary>Since the guest's first instruction; also the guest's monotonic clock.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Time left until the deadline; negative after it.</summary>
    public TimeSpan Remaining => request.Limits.Timeout - Elapsed;

    /// <summary>The guest's time counts from now.</summary>
    public void Begin() => _started = clock.GetTimestamp();

    /// <summary>Why the guest has to stop; null while it may go on. Once set it never goes back.</summary>
    public AttemptOutcome? StopReason =>
        _outputExceeded ? AttemptOutcome.OutputLimit
        : cancelled.IsCancellationRequested ? AttemptOutcome.Cancelled
        : Remaining < TimeSpan.Zero ? AttemptOutcome.Timeout
        : null;

    /// <exception cref="GuestStoppedException">The guest has to stop.</exception>
    public void ThrowIfStopped()
    {
        if (StopReason is { } reason)
            throw new GuestStoppedException(reason);
    }

    /// <summary>Sleeps for the guest, at most until it has to stop.</summary>
    /// <exception cref="GuestStoppedException">The guest has to stop.</exception>
    public void Sleep(TimeSpan duration)
    {
        var until = Elapsed + duration;
        while (true)
        {
            ThrowIfStopped();
            var left = until - Elapsed;
            if (left <= TimeSpan.Zero)
                return;
            // One past the deadline, so that waking up means it is over. Shorter sleeps than the system can do are yielded away.
            var wait = left < Remaining ? left : Remaining + TimeSpan.FromMilliseconds(1);
            if (wait < TimeSpan.FromMilliseconds(1))
                Thread.Yield();
            else
                cancelled.WaitHandle.WaitOne(wait < TimeSpan.FromHours(1) ? wait : TimeSpan.FromHours(1));
        }
    }

    public void Stdout(ReadOnlySpan<byte> data)
    {
        var room = request.Limits.OutputBytes - _stdoutBytes;
        if (data.Length > room)
        {
            _outputExceeded = true;
            data = data[..(int)room];
        }

        if (data.IsEmpty)
            return;
        _stdoutBytes += data.Length;
        output.Stdout(data);
    }

    public void Stderr(ReadOnlySpan<byte> data)
    {
        var room = request.Limits.LogBytes - _stderrBytes;
        if (data.Length > room)
        {
            LogsTruncated = true;
            data = data[..(int)room];
        }

        if (data.IsEmpty)
            return;
        _stderrBytes += data.Length;
        output.Stderr(data);
    }
}

/// <summary>Unwinds a guest that has to stop.</summary>
internal sealed class GuestStoppedException(AttemptOutcome reason) : Exception($"stopped: {reason}")
{
    public AttemptOutcome Reason { get; } = reason;
}
