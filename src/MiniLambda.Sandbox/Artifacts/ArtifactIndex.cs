using LiteDB;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Sandbox.Artifacts;

/// <summary>
/// The artifacts' metadata: in memory for every look-up, in a LiteDB file for the next process. The file is a convenience: one that is damaged is
/// moved aside, one that somebody else holds is left alone, and the cache starts empty.
/// </summary>
internal sealed partial class ArtifactIndex : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ArtifactInfo> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly FileStream? _ownership;
    private readonly LiteDatabase? _database;
    private readonly ILiteCollection<ArtifactInfo>? _stored;
    private readonly ILogger _logger;
    private bool _isDisposed;

    public ArtifactIndex(string path, ILogger logger)
    {
        _logger = logger;
        // LiteDB lets two processes open one file, and then they damage it.
        _ownership = TryOwn(path + ".lock");
        if (_ownership is null)
            LogHeldByAnother(path);
        else
            (_database, _stored) = Open(path);
    }

    /// <summary>Whether this index holds the file, and with it the folder.</summary>
    public bool IsOwner => _ownership is not null;

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
        lock (_gate)
        {
            _isDisposed = true;
            _database?.Dispose();
            _ownership?.Dispose();
        }
    }

    private void Write_NeedsLock(Action<ILiteCollection<ArtifactInfo>> write)
    {
        // A module that was compiled ahead may be done just after the sandbox was closed: the next process compiles it again.
        if (_stored is null || _isDisposed)
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

    private static FileStream? TryOwn(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private (LiteDatabase, ILiteCollection<ArtifactInfo>) Open(string path)
    {
        for (var fresh = false; ; fresh = true)
        {
            LiteDatabase? database = null;
            try
            {
                database = new LiteDatabase(new ConnectionString { Filename = path });
                var stored = database.GetCollection<ArtifactInfo>("artifacts");
                foreach (var artifact in stored.FindAll())
                    _byId[artifact.Id] = artifact;
                return (database, stored);
            }
            catch (Exception e) when (!fresh)
            {
                // LiteDB meets damage with exceptions of every kind.
                LogDamaged(path, e.Message);
                _byId.Clear();
                TryDispose(database);
                File.Move(path, path + ".damaged", overwrite: true);
                // Its journal would be replayed into the file that comes next.
                File.Delete(Path.ChangeExtension(path, null) + "-log.db");
            }
        }
    }

    private static void TryDispose(LiteDatabase? database)
    {
        try
        {
            database?.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It could not even be closed; the file is moved away in any case.
        }
    }

    [LoggerMessage(4101, LogLevel.Warning, "the artifact metadata could not be written")]
    private partial void LogNotWritten(Exception exception);

    [LoggerMessage(4102, LogLevel.Warning, "artifact metadata {Path} is damaged ({Problem}): it was moved aside and the cache starts empty")]
    private partial void LogDamaged(string path, string problem);

    [LoggerMessage(4103, LogLevel.Information, "artifact metadata {Path} is in use by another sandbox: this one keeps nothing on disk")]
    private partial void LogHeldByAnother(string path);
}
