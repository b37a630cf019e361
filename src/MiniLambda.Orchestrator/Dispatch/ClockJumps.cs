namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>Notices that the wall clock was set: it then differs from the time that has passed. Takes no lock: every job that waits asks.</summary>
internal sealed class ClockJumps(TimeProvider clock)
{
    /// <summary>Less is how clocks are adjusted all the time, and how long a look takes.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private Look _last = Take(clock);

    /// <summary>Whether it seems to have been set back since that was last taken.</summary>
    public bool IsBack
    {
        get
        {
            var last = Volatile.Read(ref _last);
            return clock.GetUtcNow() - last.At - clock.GetElapsedTime(last.Timestamp) < -Least;
        }
    }

    /// <summary>How far it was set back since this was last asked; zero when it was not.</summary>
    public TimeSpan TakeBack()
    {
        var now = Take(clock);
        var last = Interlocked.Exchange(ref _last, now);
        var jump = now.At - last.At - clock.GetElapsedTime(last.Timestamp, now.Timestamp);
        return jump < -Least ? -jump : TimeSpan.Zero;
    }

    private static Look Take(TimeProvider clock)
    {
        while (true)
        {
            var look = new Look(clock.GetUtcNow(), clock.GetTimestamp());
            // One that was interrupted between the two would be taken for a jump.
            if (clock.GetUtcNow() - look.At < Least / 4)
                return look;
        }
    }

    private sealed record Look(DateTimeOffset At, long Timestamp);
}
