using System.Text.Json;
using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Join tokens and nodes on SQLite.</summary>
public sealed class SqliteEnrolmentStore(SqliteDatabase database) : IEnrolmentStore
{
    private const string TokenColumns = "SELECT id, secret, labels, uses_left, created_at, created_by, expires_at FROM join_tokens";

    /// <inheritdoc/>
    public Task CreateTokenAsync(JoinTokenRecord token, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            // Those that are over go with the next that comes.
            session.Execute("DELETE FROM join_tokens WHERE expires_at <= $1 OR uses_left = 0", Columns.Ticks(token.CreatedAt));
            return session.Execute(
                "INSERT INTO join_tokens(id, secret, labels, uses_left, created_at, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                token.Id, token.Key, Write(token.Labels), token.UsesLeft, Columns.Ticks(token.CreatedAt), token.CreatedBy, Columns.Ticks(token.ExpiresAt));
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JoinTokenRecord?> FindTokenAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Find(session, id), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<JoinTokenRecord>> ListTokensAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<JoinTokenRecord>>(
            session =>
            {
                using var row = session.Prepare($"{TokenColumns} WHERE expires_at > $1 AND uses_left > 0 ORDER BY created_at DESC, id", Columns.Ticks(now)).ExecuteReader();
                var tokens = new List<JoinTokenRecord>();
                while (row.Read())
                    tokens.Add(ReadToken(row));
                return tokens;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<JoinTokenRecord?> RevokeTokenAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var token = Find(session, id);
            session.Execute("DELETE FROM join_tokens WHERE id = $1", id);
            return token;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<EnrolmentAnswer> JoinAsync(string token, NodeRecord node, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            if (session.Scalar("SELECT 1 FROM join_tokens WHERE id = $1 AND uses_left > 0 AND expires_at > $2", token, Columns.Ticks(node.JoinedAt)) is null)
                return EnrolmentAnswer.TokenSpent;
            if (session.Scalar("SELECT 1 FROM nodes WHERE name = $1 AND revoked_at IS NULL", node.Name) is not null)
                return EnrolmentAnswer.NameInUse;
            session.Execute("UPDATE join_tokens SET uses_left = uses_left - 1 WHERE id = $1", token);
            session.Execute(
                "INSERT OR REPLACE INTO nodes(name, public_key, next_key, labels, joined_at, joined_with, certified_until, revoked_at) "
                + "VALUES ($1, $2, NULL, $3, $4, $5, $6, NULL)",
                node.Name, node.PublicKey, Write(node.Labels), Columns.Ticks(node.JoinedAt), node.JoinedWith, Columns.Ticks(node.CertifiedUntil));
            return EnrolmentAnswer.Joined;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RenewAsync(string name, byte[] nextKey, DateTimeOffset certifiedUntil, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            "UPDATE nodes SET next_key = $2, certified_until = $3 WHERE name = $1 AND revoked_at IS NULL", name, nextKey, Columns.Ticks(certifiedUntil)) > 0,
        cancellationToken);

    /// <inheritdoc/>
    public Task PromoteAsync(string name, byte[] nextKey, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute("UPDATE nodes SET public_key = $2, next_key = NULL WHERE name = $1 AND next_key = $2", name, nextKey), cancellationToken);

    /// <inheritdoc/>
    public Task RevokeAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute("UPDATE nodes SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL", name, Columns.Ticks(at)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeRecord>> ListNodesAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<NodeRecord>>(
        static session =>
        {
            using var row = session.Prepare(
                "SELECT name, public_key, next_key, labels, joined_at, joined_with, certified_until, revoked_at FROM nodes ORDER BY name").ExecuteReader();
            var nodes = new List<NodeRecord>();
            while (row.Read())
            {
                nodes.Add(new NodeRecord(
                    row.GetString(0), (byte[])row[1], row.IsDBNull(2) ? null : (byte[])row[2], ReadLabels(row.GetString(3)), row.Moment(4), row.GetString(5),
                    row.Moment(6), row.MomentOrNull(7)));
            }

            return nodes;
        },
        cancellationToken);

    private static JoinTokenRecord? Find(SqliteSession session, string id)
    {
        using var row = session.Prepare($"{TokenColumns} WHERE id = $1", id).ExecuteReader();
        return row.Read() ? ReadToken(row) : null;
    }

    private static JoinTokenRecord ReadToken(SqliteDataReader row) => new(
        row.GetString(0), (byte[])row[1], ReadLabels(row.GetString(2)), row.GetInt32(3), row.Moment(4), row.GetString(5), row.Moment(6));

    private static string Write(IReadOnlyDictionary<string, string> labels) => JsonSerializer.Serialize(labels);

    private static Dictionary<string, string> ReadLabels(string text) => JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [];
}
