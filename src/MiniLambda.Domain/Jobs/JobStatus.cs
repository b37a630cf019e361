namespace MiniLambda.Domain.Jobs;

/// <summary>What changes about a job over its life. Only <see cref="JobLifecycle"/> makes a new one.</summary>
public sealed record JobStatus
{
    public required JobState State { get; init; }

    /// <summary>The number of the newest attempt: 0 before the first. It is the fencing token and only grows.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that count against the retry policy: those that failed, not those that a worker handed back.</summary>
    public int Failures { get; init; }

    /// <summary>The earliest moment of the next attempt.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The worker that holds, or last held, the lease; empty before the first.</summary>
    public string Worker { get; init; } = "";

    public DateTimeOffset? LeasedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the newest attempt ended; null while it runs and before the first.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The job failed for good and waits in the dead-letter list.</summary>
    public bool DeadLettered { get; init; }

    /// <summary>The last finished attempt's report; null before there is one.</summary>
    public AttemptReport? Report { get; init; }

    public bool IsFinal => JobLifecycle.IsFinal(State);

    public static JobStatus NewlyQueued(DateTimeOffset now) => new() { State = JobState.Queued, NotBefore = now };
}
