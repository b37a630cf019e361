using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Domain.Tests.Jobs;

/// <summary>Jobs at every point of their life, reached as a real job reaches it.</summary>
internal static class JobFixture
{
    public static readonly DateTimeOffset T0 = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);


    public static RetryPolicy RetryAll(int attempts) => new()
    {
        Attempts = attempts,
        Backoff = TimeSpan.FromSeconds(2),
        MaxBackoff = TimeSpan.FromSeconds(16),
        On = [RetryCause.Exit, RetryCause.Trap, RetryCause.Timeout, RetryCause.WorkerLost],
    };

    public static RetryPolicy NoRetry { get; } = new() { Attempts = 1, On = [] };

    public static AttemptReport Report(AttemptOutcome outcome) => outcome == AttemptOutcome.Succeeded
        ? new AttemptReport { Outcome = outcome, ExitCode = 0 }
        : AttemptReport.Failure(outcome, $"it was {outcome}");

    public static LeaseClaim ClaimBy(string worker, DateTimeOffset now) => new(worker, now);

    public static JobStatus Queued() => JobStatus.NewlyQueued(T0);

    public static JobStatus Leased() => JobLifecycle.Claim(Queued(), ClaimBy("pi", T0)).Job;

    public static JobStatus Running() => JobLifecycle.Start(Leased(), 1, "pi", T0.AddSeconds(1)).Job;

    /// <summary>A job whose only attempt ended so.</summary>
    public static JobStatus Ended(AttemptOutcome outcome) =>
        JobLifecycle.Finish(Running(), 1, Report(outcome), NoRetry, T0.AddSeconds(2), 0).Job;

    public static JobStatus In(JobState state) => state switch
    {
        JobState.Queued => Queued(),
        JobState.Leased => Leased(),
        JobState.Running => Running(),
        JobState.Succeeded => Ended(AttemptOutcome.Succeeded),
        JobState.Failed => Ended(AttemptOutcome.Exit),
        JobState.TimedOut => Ended(AttemptOutcome.Timeout),
        JobState.Cancelled => JobLifecycle.Cancel(Running(), T0.AddSeconds(2)).Job,
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
