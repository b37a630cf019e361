using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <content>What goes when its time is over.</content>
public sealed partial class SqliteJobStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRecord>> CollectAsync(
        DateTimeOffset finishedBefore, DateTimeOffset deadBefore, int limit, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<JobRecord>>(
            session =>
            {
                var old = Finished(session, isDead: false, finishedBefore, limit);
                old.AddRange(Finished(session, isDead: true, deadBefore, limit - old.Count));
                foreach (var job in old)
                {
                    JobRows.Delete(session, job.Sequence);
                    session.Events.Add(EventKind.Removed, job, now);
                }

                return old;
            },
            cancellationToken, isUrgent: false);

    /// <inheritdoc/>
    public Task<int> ForgetKeysAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.WriteAsync(session => IdempotencyRows.Forget(session, now, limit), cancellationToken, isUrgent: false);

    /// <inheritdoc/>
    public async Task<int> RemoveIdleLanesAsync(int limit, CancellationToken cancellationToken)
    {
        var (lanes, newest) = await database.ReadAsync(session => LaneRows.FindIdle(session, limit), cancellationToken);
        return lanes.Count == 0
            ? 0
            : await database.WriteAsync(session => LaneRows.RemoveIdle(session, lanes, newest), cancellationToken, isUrgent: false);
    }

    private static List<JobRecord> Finished(SqliteSession session, bool isDead, DateTimeOffset before, int limit)
    {
        using var row = session.Prepare(
            $"SELECT {JobRows.Selected} FROM jobs INDEXED BY jobs_finished WHERE state IN (4, 5, 6, 7) AND dead = $1 AND finished_at < $2 "
            + "ORDER BY finished_at LIMIT $3",
            isDead ? 1 : 0, Columns.Ticks(before), limit).ExecuteReader();
        var jobs = new List<JobRecord>();
        while (row.Read())
            jobs.Add(JobRows.Read(row));
        return jobs;
    }
}
