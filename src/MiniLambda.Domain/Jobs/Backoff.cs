namespace MiniLambda.Domain.Jobs;

/// <summary>Exponential back-off with jitter.</summary>
public static class Backoff
{
    /// <summary>
    /// <paramref name="first"/> doubled with each failure after the first, at most <paramref name="max"/>, of which the upper half is random:
    /// "equal jitter" (Brooker, "Exponential Backoff and Jitter", AWS 2015), so that retries spread without ever coming at once.
    /// </summary>
    /// <param name="failures">Failures so far, from 1.</param>
    /// <param name="jitter">0 to 1: where in the upper half the wait falls.</param>
    public static TimeSpan Compute(int failures, TimeSpan first, TimeSpan max, double jitter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(jitter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(jitter, 1);
        var full = Math.Min(first.Ticks * Math.Pow(2, failures - 1), max.Ticks);
        return TimeSpan.FromTicks((long)((full / 2) + (full / 2 * jitter)));
    }
}
