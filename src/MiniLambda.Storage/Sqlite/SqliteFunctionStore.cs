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
    private const int MaxCached = 1024;
    private const string Selected = "name, version, module, module_size, manifest, created_at, signatures";

    // By text: what a text says does not depend on whether the transaction that showed it stands.
    private readonly ConcurrentDictionary<string, FunctionManifest> _manifests = new();

    /// <inheritdoc/>
    public Task<(FunctionVersion Function, bool Created)> PushAsync(
        FunctionManifest manifest, string manifestToml, BlobDigest module, long moduleSize, DateTimeOffset now, CancellationToken cancellationToken,
        IReadOnlyList<FunctionSignature>? signatures = null) =>
        database.WriteAsync(
            session =>
            {
                var newest = FindNewest(session, manifest.Name);
                if (newest is not null && newest.Module == module && newest.ManifestToml == manifestToml)
                    return (SignatureRows.Add(session, newest, signatures ?? []), false);
                // Deleted versions keep their row, and with it their number.
                var version = (int)((long?)session.Scalar("SELECT max(version) FROM functions WHERE name = $1", manifest.Name.Value) ?? 0) + 1;
                session.Execute(
                    "INSERT INTO functions(name, version, module, module_size, manifest, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                    manifest.Name.Value, version, module.Hex, moduleSize, manifestToml, Columns.Ticks(now));
                var made = new FunctionVersion(manifest.Name, version, module, moduleSize, manifestToml, manifest, now);
                return (SignatureRows.Add(session, made, signatures ?? []), true);
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<FunctionVersion?> FindAsync(FunctionReference reference, CancellationToken cancellationToken) => database.ReadAsync(
        session => reference.Version is { } version
            ? Find(session.Prepare(
                $"SELECT {Selected} FROM functions WHERE name = $1 AND version = $2 AND deleted = 0", reference.Name.Value, version))
            : FindNewest(session, reference.Name),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<FunctionVersion?> FindForJobAsync(FunctionName name, int version, CancellationToken cancellationToken) => database.ReadAsync(
        session => Find(session.Prepare($"SELECT {Selected} FROM functions WHERE name = $1 AND version = $2", name.Value, version)),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<FunctionVersion>> ListAsync(PageRequest page, CancellationToken cancellationToken)
    {
        if (page.Token.Length > 0 && !FunctionName.TryParse(page.Token, out _))
            throw new FormatException($"'{page.Token}' is not a page token of this list");
        return database.ReadAsync(
            session => ReadPage(
                session.Prepare(
                    $"SELECT {Selected} FROM functions f WHERE name > $1 AND deleted = 0 AND version = "
                    + "(SELECT max(version) FROM functions WHERE name = f.name AND deleted = 0) ORDER BY name LIMIT $2",
                    page.Token, page.Size + 1),
                page.Size, last => last.Name.Value),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Page<FunctionVersion>> ListVersionsAsync(FunctionName name, PageRequest page, CancellationToken cancellationToken)
    {
        var before = int.MaxValue;
        if (page.Token.Length > 0 && !int.TryParse(page.Token, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new FormatException($"'{page.Token}' is not a page token of this list");
        return database.ReadAsync(
            session => ReadPage(
                session.Prepare(
                    $"SELECT {Selected} FROM functions WHERE name = $1 AND version < $2 AND deleted = 0 ORDER BY version DESC LIMIT $3",
                    name.Value, before, page.Size + 1),
                page.Size, last => last.Version.ToString(CultureInfo.InvariantCulture)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> DeleteAsync(FunctionReference reference, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            "UPDATE functions SET deleted = 1 WHERE name = $1 AND ($2 IS NULL OR version = $2) AND deleted = 0",
            reference.Name.Value, reference.Version),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> IsNamedAsync(BlobDigest blob, CancellationToken cancellationToken) =>
        database.ReadAsync(session => NamedBlobRows.IsNamed(session, blob), cancellationToken);

    private FunctionVersion? FindNewest(SqliteSession session, FunctionName name) => Find(session.Prepare(
        $"SELECT {Selected} FROM functions WHERE name = $1 AND deleted = 0 ORDER BY version DESC LIMIT 1", name.Value));

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
        var toml = row.GetString(4);
        return SignatureRows.Signed(
            new FunctionVersion(
                FunctionName.Parse(row.GetString(0)), row.GetInt32(1), BlobDigest.Parse(row.GetString(2)), row.GetInt64(3), toml,
                ReadManifest(toml, row), row.Moment(5)),
            SignatureRows.Read(row.GetString(6)));
    }

    private FunctionManifest ReadManifest(string toml, SqliteDataReader row)
    {
        if (_manifests.TryGetValue(toml, out var known))
            return known;
        var version = $"{row.GetString(0)}@{row.GetInt32(1)}";
        var manifest = ManifestToml.Read(toml, version).Manifest
            ?? throw new IOException($"the stored manifest of {version} cannot be read any more");
        if (_manifests.Count >= MaxCached)
            _manifests.Clear();
        return _manifests[toml] = manifest;
    }
}
