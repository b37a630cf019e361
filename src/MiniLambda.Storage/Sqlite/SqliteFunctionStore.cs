using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Functions on SQLite.</summary>
public sealed class SqliteFunctionStore(SqliteDatabase database) : IFunctionStore
{
    private const int MaxCached = 10_000;
    private const string Selected = "tenant, name, version, module, module_size, manifest, created_at, signatures";

    // By text: what a text says does not depend on whether the transaction that showed it stands.
    private readonly ConcurrentDictionary<string, FunctionManifest> _manifests = new();

    /// <inheritdoc/>
    public Task<(FunctionVersion Function, bool Created)> PushAsync(
        string tenant, FunctionManifest manifest, string manifestToml, BlobDigest module, long moduleSize, DateTimeOffset now,
        CancellationToken cancellationToken, IReadOnlyList<FunctionSignature>? signatures = null) => database.WriteAsync(
            session =>
            {
                var newest = FindNewest(session, tenant, manifest.Name);
                if (newest is not null && newest.Module == module && newest.ManifestToml == manifestToml)
                    return (SignatureRows.Add(session, newest, signatures ?? []), false);
                // Deleted versions keep their row, and with it their number.
                var last = (long?)session.Scalar("SELECT max(version) FROM functions WHERE tenant = $1 AND name = $2", tenant, manifest.Name.Value);
                var version = (int)(last ?? 0) + 1;
                session.Execute(
                    "INSERT INTO functions(tenant, name, version, module, module_size, manifest, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    tenant, manifest.Name.Value, version, module.Hex, moduleSize, manifestToml, Columns.Ticks(now));
                var made = new FunctionVersion(tenant, manifest.Name, version, module, moduleSize, manifestToml, manifest, now);
                return (SignatureRows.Add(session, made, signatures ?? []), true);
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<FunctionVersion?> FindAsync(string tenant, FunctionReference reference, CancellationToken cancellationToken) => database.ReadAsync(
        session => reference.Version is { } version
            ? Find(session.Prepare(
                $"SELECT {Selected} FROM functions WHERE tenant = $1 AND name = $2 AND version = $3 AND deleted = 0", tenant, reference.Name.Value, version))
            : FindNewest(session, tenant, reference.Name),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<FunctionVersion?> FindForJobAsync(string tenant, FunctionName name, int version, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => Find(session.Prepare(
                $"SELECT {Selected} FROM functions WHERE tenant = $1 AND name = $2 AND version = $3", tenant, name.Value, version)),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<FunctionVersion>> ListAsync(
        string? tenant, IReadOnlyList<string> functions, PageRequest page, CancellationToken cancellationToken)
    {
        var (after, of) = ReadToken(tenant, page.Token);
        return database.ReadAsync(
            session =>
            {
                var place = tenant is null ? "(name, tenant) > ($1, $2)" : "tenant = $2 AND name > $1";
                object?[] values = [after, tenant ?? of, page.Size + 1, .. functions];
                using var command = session.Compose(
                    $"SELECT {Selected} FROM functions f WHERE {place} AND deleted = 0 AND {Globs.Condition("name", 4, functions.Count)} AND version = "
                    + "(SELECT max(version) FROM functions WHERE tenant = f.tenant AND name = f.name AND deleted = 0) ORDER BY name, tenant LIMIT $3",
                    values);
                return ReadPage(command, page.Size, last => tenant is null ? $"{last.Name}/{last.Tenant}" : last.Name.Value);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Page<FunctionVersion>> ListVersionsAsync(string tenant, FunctionName name, PageRequest page, CancellationToken cancellationToken)
    {
        var before = int.MaxValue;
        if (page.Token.Length > 0 && !int.TryParse(page.Token, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new FormatException($"'{page.Token}' is not a page token of this list");
        return database.ReadAsync(
            session => ReadPage(
                session.Prepare(
                    $"SELECT {Selected} FROM functions WHERE tenant = $1 AND name = $2 AND version < $3 AND deleted = 0 ORDER BY version DESC LIMIT $4",
                    tenant, name.Value, before, page.Size + 1),
                page.Size, last => last.Version.ToString(CultureInfo.InvariantCulture)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> DeleteAsync(string tenant, FunctionReference reference, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            "UPDATE functions SET deleted = 1 WHERE tenant = $1 AND name = $2 AND ($3 IS NULL OR version = $3) AND deleted = 0",
            tenant, reference.Name.Value, reference.Version),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> IsNamedAsync(BlobDigest blob, CancellationToken cancellationToken) =>
        database.ReadAsync(session => NamedBlobRows.IsNamed(session, blob), cancellationToken);

    private FunctionVersion? FindNewest(SqliteSession session, string tenant, FunctionName name) => Find(session.Prepare(
        $"SELECT {Selected} FROM functions WHERE tenant = $1 AND name = $2 AND deleted = 0 ORDER BY version DESC LIMIT 1", tenant, name.Value));

    /// <summary>The name that a page goes on after, and among those of that name the tenant; empty for the first page.</summary>
    private static (string After, string Of) ReadToken(string? tenant, string token)
    {
        if (token.Length == 0)
            return ("", "");
        var slash = tenant is null ? token.IndexOf('/', StringComparison.Ordinal) : token.Length;
        return slash > 0 && FunctionName.TryParse(token[..slash], out _)
            ? (token[..slash], tenant is null ? token[(slash + 1)..] : "")
            : throw new FormatException($"'{token}' is not a page token of this list");
    }

    private FunctionVersion? Find(SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        return row.Read() ? Read(row) : null;
    }

    private Page<FunctionVersion> ReadPage(SqliteCommand command, int size, Func<FunctionVersion, string> token)
    {
        using var row = command.ExecuteReader();
        var functions = new List<FunctionVersion>();
        while (row.Read())
            functions.Add(Read(row));
        if (functions.Count <= size)
            return new Page<FunctionVersion>(functions, "");
        functions.RemoveAt(size);
        return new Page<FunctionVersion>(functions, token(functions[^1]));
    }

    private FunctionVersion Read(SqliteDataReader row)
    {
        var toml = row.GetString(5);
        return SignatureRows.Signed(
            new FunctionVersion(
                row.GetString(0), FunctionName.Parse(row.GetString(1)), row.GetInt32(2), BlobDigest.Parse(row.GetString(3)), row.GetInt64(4), toml,
                ReadManifest(toml, row), row.Moment(6)),
            SignatureRows.Read(row.GetString(7)));
    }

    private FunctionManifest ReadManifest(string toml, SqliteDataReader row)
    {
        if (_manifests.TryGetValue(toml, out var known))
            return known;
        var version = $"{row.GetString(1)}@{row.GetInt32(2)}";
        var manifest = ManifestToml.Read(toml, version).Manifest
            ?? throw new IOException($"the stored manifest of {version} cannot be read any more");
        if (_manifests.Count >= MaxCached)
            _manifests.Clear();
        return _manifests[toml] = manifest;
    }
}
