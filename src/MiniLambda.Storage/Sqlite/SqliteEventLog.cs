using MiniLambda.Domain.Events;

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
    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) => database.WriteAsync(
        // Rows are in the order of time but for jumps of the clock: what stands behind an old row that is kept goes later.
        session => session.Execute(
            "DELETE FROM events WHERE first IN (SELECT first FROM events ORDER BY first LIMIT $2) AND at < $1", Columns.Ticks(before), limit),
        cancellationToken, isUrgent: false);
}
