using MiniLambda.Domain.Jobs;

namespace MiniLambda.Domain.Events;

/// <summary>Something that happened to a job or a worker.</summary>
/// <param name="Offset">Its place in the log: grows from event to event, with gaps. For a job's event also the job's revision.</param>
/// <param name="At">By the orchestrator's clock.</param>
public sealed record ClusterEvent(long Offset, DateTimeOffset At, EventKind Kind)
{
    /// <summary>The worker that it happened to, or that holds the job's newest attempt; empty when there is none.</summary>
    public string Worker { get; init; } = "";

    /// <summary>The job that it happened to; null for an event of a worker.</summary>
    public JobEvent? Job { get; init; }

    /// <summary>One line for people; empty when the kind says it all.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>A job as it stood after an event.</summary>
/// <param name="Attempt">Number of the newest attempt; 0 before the first.</param>
/// <param name="Outcome">Of the newest finished attempt, when the event told it.</param>
public sealed record JobEvent(JobId Id, string Function, int Version, string Tenant, JobState State, int Attempt, AttemptOutcome? Outcome, int? ExitCode);

/// <summary>The events of one commit, in the order of their offsets; there is at least one.</summary>
public sealed record EventBatch(IReadOnlyList<ClusterEvent> Events)
{
    public long First => Events[0].Offset;

    public long Last => Events[^1].Offset;
}

/// <summary>What happened. The numbers are stored and must not change.</summary>
public enum EventKind
{
    /// <summary>A job was accepted.</summary>
    Submitted = 1,

    /// <summary>A worker got the right to run an attempt.</summary>
    Leased = 2,

    /// <summary>The guest runs; left out for attempts that end within milliseconds.</summary>
    Started = 3,

    /// <summary>An attempt ended, and with it the job.</summary>
    Finished = 4,

    /// <summary>An attempt failed, and another will follow.</summary>
    Retrying = 5,

    /// <summary>A worker handed an attempt back, or never got it: the job is queued as before.</summary>
    Returned = 6,

    /// <summary>Somebody cancelled the job.</summary>
    Cancelled = 7,

    /// <summary>The job's time to live was over.</summary>
    Expired = 8,

    /// <summary>Somebody has a job that had failed run once more.</summary>
    Redriven = 9,

    /// <summary>The job was removed with all that was known of it.</summary>
    Removed = 10,

    /// <summary>A worker dialled in.</summary>
    WorkerJoined = 20,

    /// <summary>A worker's stream ended.</summary>
    WorkerLeft = 21,

    /// <summary>A worker was not heard of for so long that its jobs were given to others.</summary>
    WorkerLost = 22,

    /// <summary>A worker takes no new jobs.</summary>
    WorkerDraining = 23,

    /// <summary>A drained worker takes jobs again.</summary>
    WorkerResumed = 24,

    /// <summary>Somebody removed a worker.</summary>
    WorkerRemoved = 25,

    /// <summary>A worker missed its heartbeats.</summary>
    WorkerSuspect = 26,
}
