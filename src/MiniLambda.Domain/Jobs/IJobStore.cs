using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Domain.Jobs;

/// <summary>
/// The durable queue. A task that writes completes only when the change is on disk; changes are applied in the order of the calls. Each change of
/// state is decided by <see cref="JobLifecycle"/> inside the transaction, so a lease is claimed by compare-and-set and a stale report is refused
/// whatever the callers remember. Every method may throw <see cref="IOException"/> when the disk fails, and <see cref="StoreFullException"/> when it
/// is full.
/// </summary>
public interface IJobStore
{
    /// <summary>Accepts a job; with a claim it is leased in the same transaction (attempt 1).</summary>
    /// <param name="isUrgent">
    /// False when nobody is told of the job before its outcome: the write may then wait a few milliseconds to share a commit with what comes next.
    /// </param>
    Task<JobRecord> SubmitAsync(NewJob job, LeaseClaim? claim, bool isUrgent, CancellationToken cancellationToken);

    /// <summary>Leases a queued job; null when it is not queued any more.</summary>
    Task<LeasedJob?> ClaimAsync(JobId id, LeaseClaim claim, CancellationToken cancellationToken);

    /// <summary>The guest of an attempt began to run, says the worker that holds it.</summary>
    Task<JobChange> StartAsync(JobId id, int attempt, string worker, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>An attempt ended; see <see cref="JobLifecycle.Finish"/>.</summary>
    /// <param name="jitter">0 to 1.</param>
    Task<JobChange> FinishAsync(
        JobId id, int attempt, AttemptReport report, RetryPolicy policy, DateTimeOffset now, double jitter, CancellationToken cancellationToken);

    /// <summary>A worker hands an attempt back.</summary>
    Task<JobChange> ReleaseAsync(JobId id, int attempt, DateTimeOffset now, CancellationToken cancellationToken);

    Task<JobChange> CancelAsync(JobId id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>A job; of its result only size and digest. Null when there is none.</summary>
    ValueTask<JobRecord?> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>What a job's newest finished attempt wrote to stdout; null before there is one, and for a job that is not there.</summary>
    ValueTask<Payload?> ReadResultAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>The attempts of a job, oldest first, the running one included.</summary>
    ValueTask<IReadOnlyList<AttemptRecord>> ListAttemptsAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Jobs that match, newest first; of their results only size and digest. Throws <see cref="FormatException"/> for a foreign page token.</summary>
    ValueTask<Page<JobRecord>> ListAsync(JobQuery query, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Queued jobs whose time has come, by descending priority and then by sequence, after the cursor.</summary>
    ValueTask<IReadOnlyList<ReadyJob>> ReadReadyAsync(DateTimeOffset now, ReadyCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>When the next queued job whose time has not come may run; null when there is none.</summary>
    ValueTask<DateTimeOffset?> NextDueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Every lease that stands.</summary>
    ValueTask<IReadOnlyList<HeldLease>> ListLeasesAsync(CancellationToken cancellationToken);

    /// <summary>How many jobs are in each state that is not final.</summary>
    ValueTask<IReadOnlyDictionary<JobState, long>> CountActiveAsync(CancellationToken cancellationToken);
}

/// <summary>More changes wait for the disk than the store is willing to hold: try again later.</summary>
public sealed class StoreOverloadedException() : IOException("the store is overloaded; try again later");

/// <summary>The disk is full: nothing was changed.</summary>
public sealed class StoreFullException(Exception cause) : IOException("the disk is full", cause);

/// <summary>The answer to an event.</summary>
/// <param name="Job">The job after it; null when there is no such job.</param>
public readonly record struct JobChange(TransitionStatus Status, JobRecord? Job);

/// <summary>The stderr of jobs.</summary>
public interface IJobLogStore
{
    /// <summary>
    /// Appends a piece; true when it was new. One that begins before the end of what is held of the attempt is dropped, so a worker may send it again
    /// after a broken stream; so is one of an attempt that the worker does not hold, or holds no more.
    /// </summary>
    Task<bool> AppendAsync(
        JobId id, int attempt, string worker, long offset, DateTimeOffset at, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Completes when every piece that was appended before this call is on disk, or dropped.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>Pieces after a position (0 = from the start), in order, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<LogChunk>> ReadAsync(JobId id, long after, int limit, CancellationToken cancellationToken);
}
