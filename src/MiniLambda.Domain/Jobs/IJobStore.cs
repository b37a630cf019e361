using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Domain.Jobs;

/// <summary>
/// The durable queue. A task that writes completes only when the change is on disk; changes are applied in the order of the calls. Each change of
/// state is decided by <see cref="JobLifecycle"/> inside the transaction, so a lease is claimed by compare-and-set and a stale report is refused
/// whatever the callers remember. Every method may throw <see cref="IOException"/> when the disk fails, <see cref="StoreFullException"/> when it is
/// full, and <see cref="StoreDamagedException"/> when what it needs of the store is damaged.
/// </summary>
public interface IJobStore
{
    /// <summary>
    /// Accepts a job; with a claim it is leased in the same transaction (attempt 1). A job with an idempotency key is not accepted when the tenant used
    /// the key before.
    /// </summary>
    /// <param name="isUrgent">
    /// False when nobody is told of the job before its outcome: the write may then wait a few milliseconds to share a commit with what comes next.
    /// </param>
    Task<Submission> SubmitAsync(NewJob job, LeaseClaim? claim, bool isUrgent, CancellationToken cancellationToken);

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

    /// <summary>Has a job run once more; see <see cref="JobLifecycle.Retry"/>.</summary>
    Task<JobChange> RetryAsync(JobId id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes a job that has its outcome, with its attempts and log; <see cref="TransitionStatus.Stale"/> for one that has none yet.</summary>
    Task<JobChange> RemoveAsync(JobId id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Fails the queued jobs whose time to live is over, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JobChange>> ExpireAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>When the next queued job's time to live is over; null when none has one.</summary>
    ValueTask<DateTimeOffset?> NextExpiryAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes jobs that ended before a moment, and those in the dead-letter list that ended before another, with their attempts and logs; at most
    /// <paramref name="limit"/>, and not urgently. Returns what went.
    /// </summary>
    Task<IReadOnlyList<JobRecord>> CollectAsync(
        DateTimeOffset finishedBefore, DateTimeOffset deadBefore, int limit, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Forgets idempotency keys whose time is over, at most <paramref name="limit"/>; returns how many.</summary>
    Task<int> ForgetKeysAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what is kept of lanes that hold no job any more, at most <paramref name="limit"/>; returns how many went. Goes through all jobs: for once
    /// a day.
    /// </summary>
    Task<int> RemoveIdleLanesAsync(int limit, CancellationToken cancellationToken);

    /// <summary>A job; of its result only size and digest. Null when there is none.</summary>
    ValueTask<JobRecord?> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>What a job reads from stdin; null for a job that is not there.</summary>
    ValueTask<Payload?> ReadInputAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>What a job's newest finished attempt wrote to stdout; null before there is one, and for a job that is not there.</summary>
    ValueTask<Payload?> ReadResultAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>The attempts of a job, oldest first, the running one included.</summary>
    ValueTask<IReadOnlyList<AttemptRecord>> ListAttemptsAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>
    /// Jobs that match, newest first, in the order of submission; of their results only size and digest. Where the clock was set back, those of the
    /// time that passed twice may be missing from a list that is bounded by time. Throws <see cref="FormatException"/> for a foreign page token.
    /// </summary>
    ValueTask<Page<JobRecord>> ListAsync(JobQuery query, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The lanes that hold jobs which may run now.</summary>
    ValueTask<Page<Lane>> ListReadyLanesAsync(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Jobs of a lane that may run now, by rank and then by sequence, after the cursor.</summary>
    ValueTask<IReadOnlyList<ReadyJob>> ReadReadyAsync(Lane lane, ReadyCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>How many jobs of a lane may run before the one at the cursor; counts no further than <paramref name="limit"/>.</summary>
    ValueTask<int> CountReadyAsync(Lane lane, ReadyCursor before, int limit, CancellationToken cancellationToken);

    /// <summary>Lets jobs whose time has come run from now on, at most <paramref name="limit"/>; returns the lanes that they stand in, one for each job.</summary>
    Task<IReadOnlyList<Lane>> AdmitDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Brings the moments forward at which jobs that failed are tried again, and those alone: a delay that was asked for stands. Returns how many.
    /// </summary>
    Task<int> ShortenBackoffsAsync(TimeSpan by, CancellationToken cancellationToken);

    /// <summary>When the next job whose time has not come may run; null when there is none.</summary>
    ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>When the job was submitted that has waited for longest of the heads of all lanes; null when none could run.</summary>
    ValueTask<DateTimeOffset?> OldestReadyAsync(CancellationToken cancellationToken);

    /// <summary>Every lease that stands.</summary>
    ValueTask<IReadOnlyList<HeldLease>> ListLeasesAsync(CancellationToken cancellationToken);

    /// <summary>What each tenant has in the store; tenants without any job are left out. Goes through all jobs: for a start, not for every question.</summary>
    ValueTask<IReadOnlyDictionary<string, TenantTotals>> CountAsync(CancellationToken cancellationToken);
}

/// <summary>More changes wait for the disk than the store is willing to hold: try again later.</summary>
public sealed class StoreOverloadedException() : IOException("the store is overloaded; try again later");

/// <summary>The disk is full: nothing was changed.</summary>
public sealed class StoreFullException(Exception cause) : IOException("the disk is full", cause);

/// <summary>What the store keeps its rows in is damaged; what lies elsewhere in it can still be read.</summary>
public sealed class StoreDamagedException(Exception cause) : IOException("the database file is damaged: restore it from a backup", cause);

/// <summary>The answer to an event.</summary>
/// <param name="Job">The job after it; null when there is no such job.</param>
/// <param name="From">The state before it, when it was applied.</param>
public readonly record struct JobChange(TransitionStatus Status, JobRecord? Job, JobState From = default);

/// <summary>What one tenant has in the store.</summary>
/// <param name="StoredBytes">Inputs and results of all its jobs.</param>
public readonly record struct TenantTotals(long Queued, long Leased, long Running, long StoredBytes);

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
