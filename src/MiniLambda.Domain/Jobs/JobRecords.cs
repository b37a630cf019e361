using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Jobs;

/// <summary>A job as it is handed to the store.</summary>
/// <param name="Function">Name and number of the version that runs; the number is set.</param>
/// <param name="Priority">Higher first; 0 is usual, −100 to 100.</param>
public sealed record NewJob(
    JobId Id, FunctionName Function, int Version, JobOverrides Overrides, Payload Input, int Priority, DateTimeOffset CreatedAt);

/// <summary>A job as the store holds it, without the bytes of its input.</summary>
/// <param name="Sequence">Order of submission, from 1; lists and cursors go by it.</param>
/// <param name="Revision">Grows with every change of any job; a watcher resumes from it.</param>
public sealed record JobRecord(
    JobId Id, long Sequence, long Revision, FunctionName Function, int Version, JobOverrides Overrides, long InputSize, int Priority,
    DateTimeOffset CreatedAt, JobStatus Status);

/// <summary>A job with everything a worker needs to run its newest attempt.</summary>
public sealed record LeasedJob(JobRecord Job, Payload Input);

/// <summary>What the dispatcher needs to know of a job that could run.</summary>
public sealed record ReadyJob(JobId Id, long Sequence, FunctionName Function, int Version, JobOverrides Overrides, int Priority);

/// <summary>Where reading the ready jobs goes on: after this priority and sequence.</summary>
public readonly record struct ReadyCursor(int Priority, long Sequence);

/// <summary>A lease that stood when the orchestrator started.</summary>
/// <param name="HasStarted">Whether its guest was known to run.</param>
public sealed record HeldLease(JobId Id, int Attempt, string Worker, FunctionName Function, int Version, bool HasStarted);

/// <summary>One finished or running attempt, for a job's history.</summary>
public sealed record AttemptRecord(
    int Attempt, string Worker, DateTimeOffset LeasedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, AttemptReport? Report);

/// <summary>Which jobs are wanted; null or empty means any.</summary>
/// <param name="DeadLettered">true: only the dead-letter list.</param>
public sealed record JobQuery(IReadOnlyList<JobState> States, FunctionName? Function = null, int? Version = null, string? Worker = null, bool DeadLettered = false);

/// <summary>A piece of a job's stderr.</summary>
/// <param name="Position">Where a reader goes on: grows with every piece of one job, over all its attempts.</param>
/// <param name="Offset">Bytes of this attempt's stderr before this piece.</param>
public sealed record LogChunk(long Position, int Attempt, long Offset, DateTimeOffset At, ReadOnlyMemory<byte> Data);
