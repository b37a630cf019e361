namespace MiniLambda.Worker.Session;

/// <summary>
/// Notices that this process stood still: the machine slept, or the process was stopped. A pulse beats often; one that comes much later than the last
/// shows it, and so does every look in between. The wall clock plays no part: monotonic time, and the time that the machine slept.
/// </summary>
/// <param name="suspended">How long the machine has slept so far.</param>
internal sealed class SleepWatch(TimeProvider clock, Func<TimeSpan> suspended) : IDisposable
{
    /// <summary>Pulses within the time that counts as asleep.</summary>
    private const int Pulses = 6;

    private readonly Lock _gate = new();
    private ITimer? _pulse;
    private TimeSpan _limit = Timeout.InfiniteTimeSpan;
    private long _lastLook;
    private TimeSpan _lastSuspended;
    private TimeSpan _slept;

    /// <summary>Begins to watch, or goes on after a sleep was dealt with.</summary>
    /// <param name="limit">Standing still for longer counts as asleep.</param>
    public void Start(TimeSpan limit)
    {
        lock (_gate)
        {
            _limit = limit;
            _slept = TimeSpan.Zero;
            (_lastLook, _lastSuspended) = (clock.GetTimestamp(), suspended());
            _pulse ??= clock.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _pulse.Change(limit / Pulses, limit / Pulses);
        }
    }

    /// <summary>How long this process stood still at the longest since <see cref="Start"/>; null when that does not count as asleep.</summary>
    public TimeSpan? Look()
    {
        lock (_gate)
        {
            if (_limit == Timeout.InfiniteTimeSpan)
                return null;
            var (now, nowSuspended) = (clock.GetTimestamp(), suspended());
            var still = clock.GetElapsedTime(_lastLook, now) + (nowSuspended - _lastSuspended);
            (_lastLook, _lastSuspended) = (now, nowSuspended);
            if (still > _slept)
                _slept = still;
            return _slept > _limit ? _slept : null;
        }
    }

    public void Dispose() => _pulse?.Dispose();
}
