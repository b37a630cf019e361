using MiniLambda.Domain.Workers;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Decisions about workers on SQLite.</summary>
public sealed class SqliteWorkerStore(SqliteDatabase database) : IWorkerStore
{
    /// <inheritdoc/>
    public Task DrainAsync(string worker, DateTimeOffset at, DateTimeOffset? until, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            "INSERT INTO workers(name, drained_at, drain_until) VALUES ($1, $2, $3) "
            + "ON CONFLICT(name) DO UPDATE SET drained_at = coalesce(drained_at, $2), drain_until = $3",
            worker, Columns.Ticks(at), Columns.Ticks(until)),
        cancellationToken);

    /// <inheritdoc/>
    public Task ResumeAsync(string worker, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute("UPDATE workers SET drained_at = NULL, drain_until = NULL WHERE name = $1", worker)
            + session.Execute("DELETE FROM workers WHERE name = $1 AND removed_instance IS NULL", worker),
        cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(string worker, Guid? instance, CancellationToken cancellationToken) => database.WriteAsync(
        session => instance is { } known
            ? session.Execute("INSERT OR REPLACE INTO workers(name, removed_instance) VALUES ($1, $2)", worker, known.ToString())
            : session.Execute("DELETE FROM workers WHERE name = $1", worker),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkerDecision>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<WorkerDecision>>(
        session =>
        {
            using var row = session.Prepare("SELECT name, drained_at, drain_until, removed_instance FROM workers ORDER BY name").ExecuteReader();
            var decisions = new List<WorkerDecision>();
            while (row.Read())
            {
                decisions.Add(new WorkerDecision(
                    row.GetString(0), row.MomentOrNull(1), row.MomentOrNull(2), Guid.TryParse(row.Text(3), out var instance) ? instance : null));
            }

            return decisions;
        },
        cancellationToken);
}
