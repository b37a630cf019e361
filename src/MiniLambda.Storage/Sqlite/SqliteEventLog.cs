using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The event log on SQLite: a row for each commit.</summary>
public sealed class SqliteEventLog(SqliteDatabase database) : IEventLog
{
    /// <inheritdoc/>
    public Task AppendAsync(EventKind kind, string worker, string detail, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Events.Add(kind, worker, detail, at);
                return true;
            },
            cancellationToken, isUrgent: false);

    /// <inheritdoc/>
    public Task<long> ListenAsync(Action<EventBatch> committed, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            // By the writer itself, so that no commit falls between the answer and the first that is told of.
            session.Events.Committed = committed;
            return session.Events.Last;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClusterEvent>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ClusterEvent>>(
            session =>
            {
                // The row that the offset lies in may have been read in part.
                using var row = session.Prepare(
                    "SELECT data FROM events WHERE first >= coalesce((SELECT max(first) FROM events WHERE first <= $1), 0) AND last > $1 ORDER BY first",
                    after).ExecuteReader();
                var events = new List<ClusterEvent>();
                while (events.Count < limit && row.Read())
                    events.AddRange(EventBuffer.Read(row.Bytes(0)).Where(e => e.Offset > after));
                return events;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<(long First, long Last)> RangeAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            using var row = session.Prepare(
                "SELECT (SELECT first FROM events ORDER BY first LIMIT 1), (SELECT last FROM events ORDER BY first DESC LIMIT 1)").ExecuteReader();
            return row.Read() && !row.IsDBNull(0) ? (row.GetInt64(0), row.GetInt64(1)) : (0, 0);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> TrimmedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(static session => (long)session.Scalar("SELECT trimmed FROM meta")!, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> BeginningOfAsync(JobId job, CancellationToken cancellationToken) =>
        database.ReadAsync(session => (long?)session.Scalar("SELECT began FROM jobs WHERE id = $1", job.Value) ?? 0, cancellationToken);

    /// <inheritdoc/>
    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            // Rows are in the order of time but for jumps of the clock. Only from the front, so that what is kept has no holes: what stands behind a
            // row that is kept goes later.
            var (through, rows) = FindOld(session, Columns.Ticks(before), limit);
            if (rows == 0)
                return 0;
            session.Execute("UPDATE meta SET trimmed = $1", through);
            return session.Execute("DELETE FROM events WHERE first <= $1", through);
        },
        cancellationToken, isUrgent: false);

    /// <summary>The newest offset of the old rows at the front, and how many they are.</summary>
    private static (long Through, int Rows) FindOld(SqliteSession session, long before, int limit)
    {
        using var row = session.Prepare("SELECT last, at FROM events ORDER BY first LIMIT $1", limit).ExecuteReader();
        var (through, rows) = (0L, 0);
        while (row.Read() && row.GetInt64(1) < before)
            (through, rows) = (row.GetInt64(0), rows + 1);
        return (through, rows);
    }
}
