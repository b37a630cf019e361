using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The stderr of jobs on SQLite.</summary>
public sealed class SqliteJobLogStore(SqliteDatabase database) : IJobLogStore
{
    /// <inheritdoc/>
    public Task<bool> AppendAsync(
        JobId id, int attempt, string worker, long offset, DateTimeOffset at, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session => session.Execute(
                "INSERT INTO log_chunks(job, position, attempt, start, at, data) "
                + "SELECT seq, 1 + coalesce((SELECT max(position) FROM log_chunks WHERE job = seq), 0), $2, $4, $5, $6 FROM jobs "
                + "WHERE id = $1 AND attempt = $2 AND worker = $3 AND state IN (2, 3) AND $4 >= coalesce("
                + "(SELECT start + length(data) FROM log_chunks WHERE job = seq AND log_chunks.attempt = $2 ORDER BY start DESC LIMIT 1), 0)",
                id.Value, attempt, worker, offset, Columns.Ticks(at), data.ToArray()) > 0,
            cancellationToken);

    /// <inheritdoc/>
    // Changes are made in the order of the calls, so one that changes nothing is done when all before it are; it costs no fsync of its own.
    public Task FlushAsync(CancellationToken cancellationToken) => database.WriteAsync(static _ => true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogChunk>> ReadAsync(JobId id, long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LogChunk>>(
            session =>
            {
                using var row = session.Prepare(
                    "SELECT position, attempt, start, at, data FROM log_chunks WHERE job = (SELECT seq FROM jobs WHERE id = $1) AND position > $2 "
                    + "ORDER BY position LIMIT $3",
                    id.Value, after, limit).ExecuteReader();
                var chunks = new List<LogChunk>();
                while (row.Read())
                    chunks.Add(new LogChunk(row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.Moment(3), row.Bytes(4)));
                return chunks;
            },
            cancellationToken);
}
