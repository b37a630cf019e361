using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Functions on SQLite. Versions never change, so those that were read are kept in memory with their manifest read.</summary>
public sealed class SqliteFunctionStore(SqliteDatabase database) : IFunctionStore
{
    private const int MaxCached = 1024;
    private const string Selected = "name, version, module, module_size, manifest, created_at";

    private readonly ConcurrentDictionary<(FunctionName, int), FunctionVersion> _cache = new();

    /// <inheritdoc/>
    public Task<(FunctionVersion Function, bool Created)> PushAsync(
        FunctionManifest manifest, string manifestToml, BlobDigest module, long moduleSize, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var newest = FindNewest(session, manifest.Name);
                if (newest is not null && newest.Module == module && newest.ManifestToml == manifestToml)
                    return (newest, false);
                // Deleted versions keep their row, and with it their number.
                var version = (int)((long?)session.Scalar("SELECT max(version) FROM functions WHERE name = $1", manifest.Name.Value) ?? 0) + 1;
                session.Execute(
                    "INSERT INTO functions(name, version, module, module_size, manifest, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                    manifest.Name.Value, version, module.Hex, moduleSize, manifestToml, Columns.Micros(now));
                return (new FunctionVersion(manifest.Name, version, module, moduleSize, manifestToml, manifest, now), true);
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<FunctionVersion?> FindAsync(FunctionReference reference, CancellationToken cancellationToken) => database.ReadAsync(
        session => reference.Version is { } version ? Find(session, reference.Name, version, "AND deleted = 0") : FindNewest(session, reference.Name),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<FunctionVersion?> FindForJobAsync(FunctionName name, int version, CancellationToken cancellationToken) =>
        _cache.TryGetValue((name, version), out var cached)
            ? ValueTask.FromResult<FunctionVersion?>(cached)
            : database.ReadAsync(session => Find(session, name, version, ""), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<FunctionVersion>> ListAsync(PageRequest page, CancellationToken cancellationToken) => database.ReadAsync(
        session => ReadPage(
            session.Prepare(
                $"SELECT {Selected} FROM functions f WHERE name > $1 AND deleted = 0 AND version = "
                + "(SELECT max(version) FROM functions WHERE name = f.name AND deleted = 0) ORDER BY name LIMIT $2",
                page.Token, page.Size + 1),
            page.Size, last => last.Name.Value),
        cancellationToken);

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
    public ValueTask<bool> IsModuleNamedAsync(BlobDigest module, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Scalar(
            "SELECT 1 FROM functions f WHERE module = $1 AND (deleted = 0 OR EXISTS "
            + "(SELECT 1 FROM jobs WHERE function = f.name AND jobs.version = f.version AND state IN (1, 2, 3))) LIMIT 1",
            module.Hex) is not null,
        cancellationToken);

    private FunctionVersion? FindNewest(SqliteSession session, FunctionName name)
    {
        var version = session.Scalar("SELECT max(version) FROM functions WHERE name = $1 AND deleted = 0", name.Value);
        return version is long number ? Find(session, name, (int)number, "") : null;
    }

    private FunctionVersion? Find(SqliteSession session, FunctionName name, int version, string condition)
    {
        if (condition.Length == 0 && _cache.TryGetValue((name, version), out var cached))
            return cached;
        using var row = session.Prepare($"SELECT {Selected} FROM functions WHERE name = $1 AND version = $2 {condition}", name.Value, version)
            .ExecuteReader();
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
        var name = FunctionName.Parse(row.GetString(0));
        var version = row.GetInt32(1);
        if (_cache.TryGetValue((name, version), out var cached))
            return cached;
        var toml = row.GetString(4);
        var manifest = ManifestToml.Read(toml, $"{name}@{version}").Manifest
            ?? throw new IOException($"the stored manifest of {name}@{version} cannot be read any more");
        var function = new FunctionVersion(name, version, BlobDigest.Parse(row.GetString(2)), row.GetInt64(3), toml, manifest, row.Moment(5));
        if (_cache.Count >= MaxCached)
            _cache.Clear();
        return _cache[(name, version)] = function;
    }
}
