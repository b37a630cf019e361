namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>Notices that the wall clock was set: it then differs from the time that has passed.</summary>
internal sealed class ClockJumps(TimeProvider clock)
{
    /// <summary>Less is how clocks are adjusted all the time, and how long a look takes.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _at = clock.GetUtcNow();
    private long _timestamp = clock.GetTimestamp();

    /// <summary>Whether it was set back since that was last taken.</summary>
    public bool IsBack
    {
        get
        {
            lock (_gate)
                return Jump_NeedsLock() < -Least;
        }
    }

    /// <summary>How far it was set back since this was last asked; zero when it was not.</summary>
    public TimeSpan TakeBack()
    {
        lock (_gate)
        {
            var jump = Jump_NeedsLock();
            (_at, _timestamp) = (clock.GetUtcNow(), clock.GetTimestamp());
            return jump < -Least ? -jump : TimeSpan.Zero;
        }
    }

    private TimeSpan Jump_NeedsLock() => clock.GetUtcNow() - _at - clock.GetElapsedTime(_timestamp);
}
