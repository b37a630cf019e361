using MiniLambda.Domain.Blobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The blobs that rows name.</summary>
internal static class NamedBlobRows
{
    // A deleted version's module is of use only to jobs that may still run.
    private const string NeededModules =
        "FROM functions f WHERE (deleted = 0 OR EXISTS "
        + "(SELECT 1 FROM jobs WHERE tenant = f.tenant AND function = f.name AND jobs.version = f.version AND (state IN (1, 2, 3) OR dead = 1)))";

    /// <summary>Each blob once for each size that rows say it has, in the order of the digests; what is no digest is left out.</summary>
    public static IEnumerable<(BlobDigest Digest, long Size)> All(SqliteSession session)
    {
        using var row = session.Prepare(
            $"SELECT module, module_size {NeededModules} UNION SELECT input_digest, input_size FROM jobs WHERE input_digest IS NOT NULL "
            + "UNION SELECT result_digest, coalesce(result_size, 0) FROM jobs WHERE result_digest IS NOT NULL ORDER BY 1").ExecuteReader();
        while (row.Read())
        {
            if (BlobDigest.TryParse(row.GetString(0), out var digest))
                yield return (digest, row.GetInt64(1));
        }
    }

    public static bool IsNamed(SqliteSession session, BlobDigest blob) => session.Scalar(
        $"SELECT 1 {NeededModules} AND module = $1 "
        + "UNION ALL SELECT 1 FROM jobs WHERE input_digest = $1 UNION ALL SELECT 1 FROM jobs WHERE result_digest = $1 LIMIT 1",
        blob.Hex) is not null;

    /// <summary>Some that name a blob, for people.</summary>
    public static string Namers(SqliteSession session, BlobDigest blob)
    {
        const int told = 3;
        using var row = session.Prepare(
            $"SELECT 'function ' || name || '@' || version {NeededModules} AND module = $1 "
            + "UNION ALL SELECT 'the input of job ' || id FROM jobs WHERE input_digest = $1 "
            + "UNION ALL SELECT 'the result of job ' || id FROM jobs WHERE result_digest = $1 LIMIT $2",
            blob.Hex, told + 1).ExecuteReader();
        var names = new List<string>();
        while (row.Read())
            names.Add(row.GetString(0));
        return names.Count <= told ? string.Join(", ", names) : $"{string.Join(", ", names.Take(told))} and more";
    }
}
