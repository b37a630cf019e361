using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The durable queue on SQLite.</summary>
public sealed class SqliteJobStore(SqliteDatabase database) : IJobStore
{
    /// <summary>Bits of a revision that count changes since the file was opened; the bits above count openings.</summary>
    private const int RevisionBits = 40;

    // Only touched by the writer, so it needs no lock.
    private long _revision = database.Epoch << RevisionBits;

    /// <inheritdoc/>
    public Task<JobRecord> SubmitAsync(NewJob job, LeaseClaim? claim, bool isUrgent, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var status = JobStatus.NewlyQueued(job.CreatedAt);
            if (claim is { } taken)
                status = JobLifecycle.Claim(status, taken).Job;
            var revision = ++_revision;
            var sequence = (long)session.Scalar(
                "INSERT INTO jobs(id, function, version, priority, created_at, overrides, input, input_digest, input_size, revision, state, attempt, "
                + "failures, not_before, worker, leased_at) "
                + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $15) RETURNING seq",
                job.Id.Value, job.Function.Value, job.Version, job.Priority, Columns.Ticks(job.CreatedAt), JobRows.WriteOverrides(job.Overrides),
                JobRows.InlineOf(job.Input), JobRows.DigestOf(job.Input), job.Input.Size, revision, (int)status.State, status.Attempt,
                Columns.Ticks(status.NotBefore), status.Worker, Columns.Ticks(status.LeasedAt))!;
            return new JobRecord(
                job.Id, sequence, revision, job.Function, job.Version, job.Overrides, job.Input.Size, job.Priority, job.CreatedAt, status);
        },
        cancellationToken, isUrgent);

    /// <inheritdoc/>
    public Task<LeasedJob?> ClaimAsync(JobId id, LeaseClaim claim, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var change = Change(session, id, status => JobLifecycle.Claim(status, claim));
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
            session => Change(session, id, status => JobLifecycle.Start(status, attempt, worker, at)), cancellationToken, isUrgent: false);

    /// <inheritdoc/>
    public Task<JobChange> FinishAsync(
        JobId id, int attempt, AttemptReport report, RetryPolicy policy, DateTimeOffset now, double jitter, CancellationToken cancellationToken) =>
        ChangeAsync(id, status => JobLifecycle.Finish(status, attempt, report, policy, now, jitter), cancellationToken);

    /// <inheritdoc/>
    public Task<JobChange> ReleaseAsync(JobId id, int attempt, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, status => JobLifecycle.Release(status, attempt, now), cancellationToken);

    /// <inheritdoc/>
    public Task<JobChange> CancelAsync(JobId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, status => JobLifecycle.Cancel(status, now), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JobRecord?> FindAsync(JobId id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => JobRows.Find(session, id), cancellationToken);

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
                        status.Attempt, status.Worker, leased, status.StartedAt, status.FinishedAt, status.IsFinal ? status.Report : null));
                }

                return attempts;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<JobRecord>> ListAsync(JobQuery query, PageRequest page, CancellationToken cancellationToken) =>
        database.ReadAsync(JobListing.Of(query, page).Read, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReadyJob>> ReadReadyAsync(
        DateTimeOffset now, ReadyCursor? after, int limit, CancellationToken cancellationToken)
    {
        if (await database.ReadAsync(session => ReadyRows.HasDue(session, now), cancellationToken))
        {
            bool more;
            do
                more = await database.WriteAsync(session => ReadyRows.AdmitDue(session, now), cancellationToken);
            while (more);
        }

        return await database.ReadAsync(session => ReadyRows.Read(session, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ReadyRows.NextDue(session, now), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HeldLease>> ListLeasesAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<HeldLease>>(
            session =>
            {
                using var row = session.Prepare("SELECT id, attempt, worker, function, version, state = 3 FROM jobs WHERE state IN (2, 3)").ExecuteReader();
                var leases = new List<HeldLease>();
                while (row.Read())
                {
                    leases.Add(new HeldLease(
                        JobId.Parse(row.GetString(0)), row.GetInt32(1), row.GetString(2), FunctionName.Parse(row.GetString(3)), row.GetInt32(4), row.GetBoolean(5)));
                }

                return leases;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<JobState, long>> CountActiveAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<JobState, long>>(
            session =>
            {
                using var row = session.Prepare("SELECT state, count(*) FROM jobs WHERE state IN (1, 2, 3) GROUP BY state").ExecuteReader();
                var counts = new Dictionary<JobState, long>();
                while (row.Read())
                    counts[(JobState)row.GetInt32(0)] = row.GetInt64(1);
                return counts;
            },
            cancellationToken);

    private Task<JobChange> ChangeAsync(JobId id, Func<JobStatus, Transition> decide, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Change(session, id, decide), cancellationToken);

    private JobChange Change(SqliteSession session, JobId id, Func<JobStatus, Transition> decide)
    {
        if (JobRows.Find(session, id) is not { } job)
            return new JobChange(TransitionStatus.NotFound, null);
        var transition = decide(job.Status);
        if (transition.Status != TransitionStatus.Applied)
            return new JobChange(transition.Status, job);
        var next = job with { Revision = ++_revision, Status = transition.Job };
        var reported = !ReferenceEquals(next.Status.Report, job.Status.Report);
        if (reported)
            JobRows.SaveReport(session, next);
        else
            JobRows.SaveStatus(session, next);
        // Another attempt will take this one's place in the row.
        if (next.Status.State == JobState.Queued)
            AttemptRows.Insert(session, next, reported ? next.Status.Report : null);
        return new JobChange(TransitionStatus.Applied, next);
    }
}
