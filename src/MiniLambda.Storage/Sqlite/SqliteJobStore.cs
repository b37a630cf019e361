using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The durable queue on SQLite.</summary>
public sealed partial class SqliteJobStore(SqliteDatabase database) : IJobStore
{
    /// <inheritdoc/>
    public Task<Submission> SubmitAsync(NewJob job, LeaseClaim? claim, bool isUrgent, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (job.Idempotency is { } idempotency && IdempotencyRows.Claim(session, job, idempotency) is { } standing)
                return standing;
            var began = session.Events.Last;
            var record = session.Events.Add(
                EventKind.Submitted,
                new JobRecord(
                    job.Id, 0, 0, job.Function, job.Version, job.Overrides, job.Input.Size, job.Priority, job.CreatedAt,
                    JobStatus.NewlyQueued(job.NotBefore ?? job.CreatedAt, job.ExpiresAt), job.Lane) { Trace = job.Trace },
                job.CreatedAt);
            if (claim is { } taken)
                record = session.Events.Add(EventKind.Leased, record with { Status = JobLifecycle.Claim(record.Status, taken).Job }, taken.Now);
            var sequence = JobRows.Insert(session, record, job.Input, LaneRows.FindOrAdd(session, job.Lane), began);
            return new Submission(SubmissionStatus.Accepted, record with { Sequence = sequence });
        },
        cancellationToken, isUrgent);

    /// <inheritdoc/>
    public Task<LeasedJob?> ClaimAsync(JobId id, LeaseClaim claim, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var change = Change(session, id, EventKind.Leased, claim.Now, status => JobLifecycle.Claim(status, claim));
            if (change.Status != TransitionStatus.Applied)
                return null;
            using var row = session.Prepare("SELECT input, input_digest, input_size FROM jobs WHERE seq = $1", change.Job!.Sequence).ExecuteReader();
            row.Read();
            return new LeasedJob(change.Job, JobRows.ReadPayload(row.Bytes(0), row.Text(1), row.GetInt64(2)));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<JobChange> StartAsync(JobId id, int attempt, string worker, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => Change(session, id, EventKind.Started, at, status => JobLifecycle.Start(status, attempt, worker, at)), cancellationToken,
            isUrgent: false);

    /// <inheritdoc/>
    public Task<JobChange> FinishAsync(
        JobId id, int attempt, AttemptReport report, RetryPolicy policy, DateTimeOffset now, double jitter, CancellationToken cancellationToken) =>
        ChangeAsync(id, EventKind.Finished, now, status => JobLifecycle.Finish(status, attempt, report, policy, now, jitter), cancellationToken);

    /// <inheritdoc/>
    public Task<JobChange> ReleaseAsync(JobId id, int attempt, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, EventKind.Returned, now, status => JobLifecycle.Release(status, attempt, now), cancellationToken);

    /// <inheritdoc/>
    public Task<JobChange> CancelAsync(JobId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, EventKind.Cancelled, now, status => JobLifecycle.Cancel(status, now), cancellationToken);

    /// <inheritdoc/>
    public Task<JobChange> RetryAsync(JobId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, EventKind.Redriven, now, status => JobLifecycle.Retry(status, now), cancellationToken);

    /// <inheritdoc/>
    public Task<JobChange> RemoveAsync(JobId id, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (JobRows.Find(session, id) is not { } job)
                return new JobChange(TransitionStatus.NotFound, null);
            if (!job.Status.IsFinal)
                return new JobChange(TransitionStatus.Stale, job);
            JobRows.Delete(session, job.Sequence);
            return new JobChange(TransitionStatus.Applied, session.Events.Add(EventKind.Removed, job, now), job.Status.State);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobChange>> ExpireAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<JobChange>>(
            session => ReadyRows.Expired(session, now, limit).ConvertAll(
                id => Change(session, id, EventKind.Expired, now, status => JobLifecycle.Expire(status, now))),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextExpiryAsync(CancellationToken cancellationToken) => database.ReadAsync(ReadyRows.NextExpiry, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JobRecord?> FindAsync(JobId id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => JobRows.Find(session, id), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Payload?> ReadInputAsync(JobId id, CancellationToken cancellationToken) => database.ReadAsync<Payload?>(
        session =>
        {
            using var row = session.Prepare("SELECT input, input_digest, input_size FROM jobs WHERE id = $1", id.Value).ExecuteReader();
            return row.Read() ? JobRows.ReadPayload(row.Bytes(0), row.Text(1), row.GetInt64(2)) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Payload?> ReadResultAsync(JobId id, CancellationToken cancellationToken) => database.ReadAsync<Payload?>(
        session =>
        {
            using var row = session.Prepare("SELECT result, result_digest, result_size FROM jobs WHERE id = $1", id.Value).ExecuteReader();
            return row.Read() && !row.IsDBNull(2) ? JobRows.ReadPayload(row.Bytes(0), row.Text(1), row.GetInt64(2)) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AttemptRecord>> ListAttemptsAsync(JobId id, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AttemptRecord>>(
            session =>
            {
                if (JobRows.Find(session, id) is not { } job)
                    return [];
                var attempts = AttemptRows.Read(session, job.Sequence);
                var status = job.Status;
                // The newest attempt stands in the job's own row until another follows or it goes back to the queue.
                if (status.LeasedAt is { } leased && (attempts.Count == 0 || attempts[^1].Attempt < status.Attempt))
                {
                    attempts.Add(new AttemptRecord(
                        status.Attempt, status.Worker, leased, status.StartedAt, status.FinishedAt, status.IsFinal ? status.Report : null, status.Placed));
                }

                return attempts;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<JobRecord>> ListAsync(JobQuery query, PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(session => JobListing.Of(query, page, SubmissionTimes.RangeOf(session, query), JobRanges.Of(session, query)).Read(session), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<Lane>> ListReadyLanesAsync(PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadyRows.Lanes(session, page), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReadyJob>> ReadReadyAsync(Lane lane, ReadyCursor? after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ReadyJob>>(
            session => ReadyRows.Read(session, lane, after, limit), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> OldestReadyAsync(CancellationToken cancellationToken) => database.ReadAsync(ReadyRows.Oldest, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> CountReadyAsync(Lane lane, ReadyCursor before, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        session => ReadyRows.Count(session, lane, before, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Lane>> AdmitDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<Lane>>(session => ReadyRows.AdmitDue(session, now, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<int> ShortenBackoffsAsync(TimeSpan by, CancellationToken cancellationToken) =>
        database.WriteAsync(session => ReadyRows.ShortenBackoffs(session, by), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => database.ReadAsync(ReadyRows.NextDue, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HeldLease>> ListLeasesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<HeldLease>>(
            session =>
            {
                using var row = session.Prepare(
                    "SELECT id, attempt, worker, function, version, state = 3, tenant, input_digest FROM jobs "
                    + "WHERE tenant IN (SELECT tenant FROM lanes) AND state IN (2, 3) ORDER BY seq").ExecuteReader();
                var leases = new List<HeldLease>();
                while (row.Read())
                {
                    leases.Add(new HeldLease(
                        JobId.Parse(row.GetString(0)), row.GetInt32(1), row.GetString(2), row.GetString(6), FunctionName.Parse(row.GetString(3)), row.GetInt32(4),
                        row.GetBoolean(5), BlobDigest.TryParse(row.Text(7), out var input) ? input : default));
                }

                return leases;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, TenantTotals>> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, TenantTotals>>(
            session =>
            {
                using var row = session.Prepare(
                    "SELECT tenant, sum(state = 1), sum(state = 2), sum(state = 3), sum(input_size + coalesce(result_size, 0)) "
                    + "FROM jobs GROUP BY tenant").ExecuteReader();
                var totals = new Dictionary<string, TenantTotals>();
                while (row.Read())
                    totals[row.GetString(0)] = new TenantTotals(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
                return totals;
            },
            cancellationToken);

    private Task<JobChange> ChangeAsync(
        JobId id, EventKind kind, DateTimeOffset at, Func<JobStatus, Transition> decide, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Change(session, id, kind, at, decide), cancellationToken);

    private static JobChange Change(SqliteSession session, JobId id, EventKind kind, DateTimeOffset at, Func<JobStatus, Transition> decide)
    {
        if (JobRows.Find(session, id) is not { } job)
            return new JobChange(TransitionStatus.NotFound, null);
        var transition = decide(job.Status);
        if (transition.Status != TransitionStatus.Applied)
            return new JobChange(transition.Status, job);
        var reported = !ReferenceEquals(transition.Job.Report, job.Status.Report);
        if (kind == EventKind.Finished && !transition.Job.IsFinal)
            kind = EventKind.Retrying;
        var next = session.Events.Add(kind, job with { Status = transition.Job }, at, reported);
        if (reported)
            JobRows.SaveReport(session, next);
        else
            JobRows.SaveStatus(session, next);
        // Another attempt will take the last one's place in the row.
        if (next.Status is { State: JobState.Queued, LeasedAt: not null })
            AttemptRows.Insert(session, next, reported || job.Status.IsFinal ? next.Status.Report : null);
        return new JobChange(TransitionStatus.Applied, next, job.Status.State);
    }
}
