using MiniLambda.Domain.Jobs;

namespace MiniLambda.Worker.Session;

/// <summary>When to dial again.</summary>
internal static class Redial
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Exponential back-off; after a stream that stood, any moment from now on ("full jitter"; Brooker, "Exponential Backoff and Jitter", AWS 2015) within
    /// the window that the orchestrator named: all its workers may have lost their streams at once.
    /// </summary>
    /// <param name="failures">From 1.</param>
    /// <param name="window">Null when the last dialling brought no stream.</param>
    /// <param name="jitter">0 to 1.</param>
    public static TimeSpan Wait(int failures, TimeSpan? window, TimeSpan longest, double jitter) => window is { } spread
        ? (spread + Backoff.Compute(failures, FirstWait, longest, 1)) * jitter
        : Backoff.Compute(failures, FirstWait, longest, jitter);
}
