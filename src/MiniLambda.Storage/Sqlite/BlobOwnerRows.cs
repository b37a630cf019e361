using MiniLambda.Domain.Blobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The rows of <c>blob_owners</c>.</summary>
internal static class BlobOwnerRows
{
    public static int Add(SqliteSession session, BlobDigest blob, string owner) =>
        session.Execute("INSERT OR IGNORE INTO blob_owners(blob, owner) VALUES ($1, $2)", blob.Hex, owner);

    public static bool Owns(SqliteSession session, BlobDigest blob, BlobOwner owner, IReadOnlyList<string> functions)
    {
        if (session.Scalar("SELECT 1 FROM blob_owners WHERE blob = $1 AND owner = $2", blob.Hex, owner.ToString()) is not null)
            return true;
        if (!owner.IsTenant)
            return false;
        object?[] values = [blob.Hex, owner.Name, .. functions];
        var (named, of) = (Globs.Condition("name", 3, functions.Count), Globs.Condition("function", 3, functions.Count));
        using var command = session.Compose(
            $"SELECT 1 FROM functions WHERE module = $1 AND tenant = $2 AND deleted = 0 AND {named} "
            + $"UNION ALL SELECT 1 FROM jobs WHERE input_digest = $1 AND tenant = $2 AND {of} "
            + $"UNION ALL SELECT 1 FROM jobs WHERE result_digest = $1 AND tenant = $2 AND {of} LIMIT 1",
            values);
        return command.ExecuteScalar() is not null;
    }

    public static List<string> Remove(SqliteSession session, BlobDigest blob)
    {
        using var row = session.Prepare("DELETE FROM blob_owners WHERE blob = $1 RETURNING owner", blob.Hex).ExecuteReader();
        var owners = new List<string>();
        while (row.Read())
            owners.Add(row.GetString(0));
        return owners;
    }

    /// <exception cref="FormatException">The text is no owner.</exception>
    public static BlobOwner Parse(string text) => text.Split(':', 2) switch
    {
        ["tenant", { Length: > 0 } tenant] => BlobOwner.OfTenant(tenant),
        ["worker", { Length: > 0 } worker] => BlobOwner.OfWorker(worker),
        _ => throw new FormatException($"'{text}' is neither a tenant nor a worker"),
    };
}
