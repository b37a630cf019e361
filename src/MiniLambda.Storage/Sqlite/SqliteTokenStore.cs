using MiniLambda.Domain.Access;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Tokens on SQLite. Patterns stand in one column, with a space between them, which none of them holds.</summary>
public sealed class SqliteTokenStore(SqliteDatabase database) : ITokenStore
{
    /// <inheritdoc/>
    public Task AddAsync(StoredToken token, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var made = token.Token;
            return session.Execute(
                "INSERT INTO tokens(id, verifier, role, tenant, functions, description, created_at, created_by, expires_at, last_used_at, revoked_at) "
                + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                made.Id, token.Verifier.ToArray(), (long)made.Role, made.Tenant, string.Join(' ', made.Functions), made.Description,
                Columns.Ticks(made.CreatedAt), made.CreatedBy, Columns.Ticks(made.ExpiresAt), Columns.Ticks(made.LastUsedAt), Columns.Ticks(made.RevokedAt));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute("UPDATE tokens SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1", id, Columns.Ticks(at)) > 0, cancellationToken);

    /// <inheritdoc/>
    public Task NoteUsesAsync(IReadOnlyCollection<TokenUse> uses, CancellationToken cancellationToken) => database.WriteAsync(
        session => uses.Sum(use => session.Execute("UPDATE tokens SET last_used_at = $2 WHERE id = $1", use.Id, Columns.Ticks(use.At))),
        cancellationToken, isUrgent: false);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => database.WriteAsync<IReadOnlyList<string>>(
        session =>
        {
            // What is compared with NULL is not true: a token without an end stays.
            using var row = session.Prepare(
                "DELETE FROM tokens WHERE revoked_at < $1 OR expires_at < $1 RETURNING id", Columns.Ticks(endedBefore)).ExecuteReader();
            var forgotten = new List<string>();
            while (row.Read())
                forgotten.Add(row.GetString(0));
            return forgotten;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredToken>> ListAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<StoredToken>>(
        session =>
        {
            using var row = session.Prepare(
                "SELECT id, verifier, role, tenant, functions, description, created_at, created_by, expires_at, last_used_at, revoked_at FROM tokens ORDER BY id")
                .ExecuteReader();
            var tokens = new List<StoredToken>();
            while (row.Read())
            {
                var token = new TokenRecord(
                    row.GetString(0), (Role)row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3),
                    row.GetString(4).Split(' ', StringSplitOptions.RemoveEmptyEntries), row.GetString(5), row.Moment(6), row.GetString(7),
                    row.MomentOrNull(8), row.MomentOrNull(9), row.MomentOrNull(10));
                tokens.Add(new StoredToken(token, row.Bytes(1)));
            }

            return tokens;
        },
        cancellationToken);
}
