using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Secrets;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Sealed secrets on SQLite.</summary>
public sealed class SqliteSecretStore(SqliteDatabase database) : ISecretStore
{
    private const string Selected = "tenant, name, sealed, created_at, updated_at";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SealedSecret>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<SealedSecret>>(
        static session =>
        {
            using var row = session.Prepare($"SELECT {Selected} FROM secrets ORDER BY tenant, name").ExecuteReader();
            var secrets = new List<SealedSecret>();
            while (row.Read())
                secrets.Add(Read(row));
            return secrets;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<SealedSecret> SetAsync(string tenant, string name, byte[] sealedValue, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                using var row = session.Prepare(
                    "INSERT INTO secrets(tenant, name, sealed, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) "
                    + $"ON CONFLICT(tenant, name) DO UPDATE SET sealed = $3, updated_at = $4 RETURNING {Selected}",
                    tenant, name, sealedValue, Columns.Ticks(now)).ExecuteReader();
                row.Read();
                return Read(row);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task ResealAsync(IReadOnlyList<SealedSecret> secrets, CancellationToken cancellationToken) => database.WriteAsync(
        session => secrets.Sum(secret => session.Execute(
            "UPDATE secrets SET sealed = $3 WHERE tenant = $1 AND name = $2", secret.Tenant, secret.Name, secret.Sealed)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string tenant, string name, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute("DELETE FROM secrets WHERE tenant = $1 AND name = $2", tenant, name) > 0, cancellationToken);

    private static SealedSecret Read(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2), row.Moment(3), row.Moment(4));
}
