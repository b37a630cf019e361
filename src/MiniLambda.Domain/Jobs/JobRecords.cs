using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Domain.Jobs;

/// <summary>A job as it is handed to the store.</summary>
/// <param name="Function">Name and number of the version that runs; the number is set.</param>
/// <param name="Priority">Higher first; 0 is usual, −100 to 100.</param>
/// <param name="Lane">Who it is queued with.</param>
public sealed record NewJob(
    JobId Id, FunctionName Function, int Version, JobOverrides Overrides, Payload Input, int Priority, DateTimeOffset CreatedAt, Lane Lane)
{
    /// <summary>When its first attempt may begin; null = at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>See <see cref="JobStatus.ExpiresAt"/>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null when each request makes a job of its own.</summary>
    public Idempotency? Idempotency { get; init; }

    /// <summary>See <see cref="JobRecord.Trace"/>.</summary>
    public string? Trace { get; init; }
}

/// <summary>Makes repeated requests of one tenant with the same key one job.</summary>
/// <param name="Request">Digest of all that the request says, so that another one under the same key is noticed.</param>
/// <param name="Until">When the key may be forgotten.</param>
public sealed record Idempotency(string Key, BlobDigest Request, DateTimeOffset Until);

/// <summary>The answer to a submission.</summary>
/// <param name="Job">The job that stands: a new one, or the one that an earlier request with the same key made; that of another request when it conflicts.</param>
public readonly record struct Submission(SubmissionStatus Status, JobRecord Job);

public enum SubmissionStatus
{
    /// <summary>A new job was made.</summary>
    Accepted = 1,

    /// <summary>The same request made it before.</summary>
    Repeated,

    /// <summary>Another request used the same key: nothing was made.</summary>
    KeyTaken,
}

/// <summary>A job as the store holds it, without the bytes of its input.</summary>
/// <param name="Sequence">Order of submission, from 1; lists and cursors go by it.</param>
/// <param name="Revision">Grows with every change of any job; a watcher resumes from it.</param>
public sealed record JobRecord(
    JobId Id, long Sequence, long Revision, FunctionName Function, int Version, JobOverrides Overrides, long InputSize, int Priority,
    DateTimeOffset CreatedAt, JobStatus Status, Lane Lane)
{
    /// <summary>W3C <c>traceparent</c> that the job's spans hang on; null unless its trace is kept.</summary>
    public string? Trace { get; init; }
}

/// <summary>A job with everything a worker needs to run its newest attempt.</summary>
public sealed record LeasedJob(JobRecord Job, Payload Input);

/// <summary>What the dispatcher needs to know of a job that could run.</summary>
/// <param name="Rank">See <see cref="JobRank"/>.</param>
public sealed record ReadyJob(JobId Id, long Sequence, long Rank, FunctionName Function, int Version, JobOverrides Overrides, Lane Lane);

/// <summary>Where reading the ready jobs of a lane goes on: after this rank and sequence.</summary>
public readonly record struct ReadyCursor(long Rank, long Sequence);

/// <summary>A lease that stood when the orchestrator started.</summary>
/// <param name="HasStarted">Whether its guest was known to run.</param>
/// <param name="Tenant">Whose job it is.</param>
/// <param name="Input">What the job reads, when that is a blob; else empty.</param>
public sealed record HeldLease(
    JobId Id, int Attempt, string Worker, string Tenant, FunctionName Function, int Version, bool HasStarted, BlobDigest Input = default);

/// <summary>One finished or running attempt, for a job's history.</summary>
/// <param name="Placed">See <see cref="JobStatus.Placed"/>.</param>
public sealed record AttemptRecord(
    int Attempt, string Worker, DateTimeOffset LeasedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, AttemptReport? Report, string Placed = "");

/// <summary>Which jobs are wanted; null or empty means any.</summary>
/// <param name="DeadLettered">true: only the dead-letter list.</param>
public sealed record JobQuery(
    IReadOnlyList<JobState> States, FunctionName? Function = null, int? Version = null, string? Worker = null, bool DeadLettered = false, string? Tenant = null)
{
    /// <summary>Patterns that the function's name must match (see <see cref="Access.FunctionPatterns"/>); none = all.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>Only jobs that were submitted at this moment or later.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only jobs that were submitted before this moment.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
}

/// <summary>A piece of a job's stderr.</summary>
/// <param name="Position">Where a reader goes on: grows with every piece of one job, over all its attempts.</param>
/// <param name="Offset">Bytes of this attempt's stderr before this piece.</param>
public sealed record LogChunk(long Position, int Attempt, long Offset, DateTimeOffset At, ReadOnlyMemory<byte> Data);
