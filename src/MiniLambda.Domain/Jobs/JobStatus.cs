namespace MiniLambda.Domain.Jobs;

/// <summary>What changes about a job over its life. Only <see cref="JobLifecycle"/> makes a new one.</summary>
public sealed record JobStatus
{
    public required JobState State { get; init; }

    /// <summary>The number of the newest attempt: 0 before the first. It is the fencing token and only grows.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that count against the retry policy: those that failed, not those that a worker handed back.</summary>
    public int Failures { get; init; }

    /// <summary>Attempts that took their sandbox host or their worker's process down; see <see cref="JobLifecycle.MaxCrashes"/>.</summary>
    public int Crashes { get; init; }

    /// <summary>A job that is queued at this moment fails; null = it waits for ever.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The earliest moment of the next attempt.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The worker that holds, or last held, the lease; empty before the first.</summary>
    public string Worker { get; init; } = "";

    public DateTimeOffset? LeasedAt { get; init; }

    /// <summary>How the newest lease's worker was chosen, for people; empty before the first.</summary>
    public string Placed { get; init; } = "";

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the newest attempt ended; null while it runs and before the first.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The job failed for good and waits in the dead-letter list.</summary>
    public bool DeadLettered { get; init; }

    /// <summary>The last finished attempt's report; null before there is one.</summary>
    public AttemptReport? Report { get; init; }

    public bool IsFinal => JobLifecycle.IsFinal(State);

    /// <param name="notBefore">When its first attempt may begin.</param>
    /// <param name="expiresAt">See <see cref="ExpiresAt"/>.</param>
    public static JobStatus NewlyQueued(DateTimeOffset notBefore, DateTimeOffset? expiresAt = null) =>
        new() { State = JobState.Queued, NotBefore = notBefore, ExpiresAt = expiresAt };
}
