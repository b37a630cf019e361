using LiteDB;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Sandbox.Artifacts;

/// <summary>
/// The artifacts' metadata: in memory for every look-up, in a LiteDB file for the next process. The file is a convenience: one that is damaged is
/// moved aside, one that another process holds is left alone, and the cache starts empty.
/// </summary>
internal sealed partial class ArtifactIndex : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ArtifactInfo> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly LiteDatabase? _database;
    private readonly ILiteCollection<ArtifactInfo>? _stored;
    private readonly ILogger _logger;

    public ArtifactIndex(string path, ILogger logger)
    {
        _logger = logger;
        (_database, _stored) = Open(path);
        foreach (var artifact in _stored?.FindAll() ?? [])
            _byId[artifact.Id] = artifact;
    }

    /// <summary>Whether this process holds the file, and with it the folder.</summary>
    public bool IsOwner => _database is not null;

    public ArtifactInfo? Find(string id)
    {
        lock (_gate)
            return _byId.GetValueOrDefault(id);
    }

    public IReadOnlyList<ArtifactInfo> List()
    {
        lock (_gate)
            return [.. _byId.Values];
    }

    public void Touch(string id, DateTime now)
    {
        lock (_gate)
        {
            if (!_byId.TryGetValue(id, out var artifact))
                return;
            artifact.Hits++;
            artifact.LastUsed = now;
            _used.Add(id);
        }
    }

    public void Add(ArtifactInfo artifact)
    {
        lock (_gate)
        {
            _byId[artifact.Id] = artifact;
            Write_NeedsLock(stored => stored.Upsert(artifact));
        }
    }

    public void Remove(string id)
    {
        lock (_gate)
        {
            _byId.Remove(id);
            _used.Remove(id);
            Write_NeedsLock(stored => stored.Delete(id));
        }
    }

    /// <summary>Writes down what was used since the last time.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_used.Count == 0)
                return;
            var changed = _used.Select(id => _byId[id]).ToList();
            _used.Clear();
            Write_NeedsLock(stored => stored.Update(changed));
        }
    }

    public void Dispose()
    {
        Flush();
        _database?.Dispose();
    }

    private void Write_NeedsLock(Action<ILiteCollection<ArtifactInfo>> write)
    {
        if (_stored is null)
            return;
        try
        {
            write(_stored);
        }
        catch (Exception e) when (e is LiteException or IOException)
        {
            // The next process finds the artifact without metadata and compiles it again; nothing else is lost.
            LogNotWritten(e);
        }
    }

    private (LiteDatabase?, ILiteCollection<ArtifactInfo>?) Open(string path)
    {
        for (var fresh = false; ; fresh = true)
        {
            LiteDatabase? database = null;
            try
            {
                database = new LiteDatabase(new ConnectionString { Filename = path });
                var stored = database.GetCollection<ArtifactInfo>("artifacts");
                stored.Count();
                return (database, stored);
            }
            catch (IOException e) when (e is not FileNotFoundException)
            {
                database?.Dispose();
                LogHeldByAnother(path);
                return default;
            }
            catch (Exception e) when (!fresh)
            {
                LogDamaged(path, e.Message);
                TryDispose(database);
                File.Move(path, path + ".damaged", overwrite: true);
            }
        }
    }

    private static void TryDispose(LiteDatabase? database)
    {
        try
        {
            database?.Dispose();
        }
        catch (LiteException)
        {
            // It could not even be closed; the file is moved away in any case.
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "the artifact metadata could not be written")]
    private partial void LogNotWritten(Exception exception);

    [LoggerMessage(4102, LogLevel.Warning, "artifact metadata {Path} is damaged ({Problem}): it was moved aside and the cache starts empty")]
    private partial void LogDamaged(string path, string problem);

    [LoggerMessage(4103, LogLevel.Information, "artifact metadata {Path} is in use by another process: nothing is cached on disk in this one")]
    private partial void LogHeldByAnother(string path);
}
