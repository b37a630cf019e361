using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Folders;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// The database file: one writer with group commit, a few readers that see the last commit (WAL), and the schema. One process at a time may hold it.
/// </summary>
public sealed partial class SqliteDatabase : IAsyncDisposable
{
    private const int Readers = 4;

    /// <summary>
    /// Bits of an event's offset that count events since the file was opened; the bits above count openings, so that offsets grow over restarts
    /// although one that was given out and rolled back is not stored.
    /// </summary>
    internal const int OffsetBits = 40;

    private readonly FileStream _lock;
    private readonly SqliteSession _writing;
    private readonly GroupCommitWriter _writer;
    private readonly SemaphoreSlim _readerRoom = new(Readers);
    private readonly ConcurrentStack<SqliteSession> _readers = new();
    private readonly string _path;
    private volatile bool _closed;

    private SqliteDatabase(string path, FileStream heldLock, SqliteSession writing)
    {
        _path = path;
        _lock = heldLock;
        _writing = writing;
        var epoch = (long)writing.Scalar("UPDATE meta SET epoch = epoch + 1 RETURNING epoch")!;
        writing.Events = new EventBuffer(epoch << OffsetBits);
        _writer = new GroupCommitWriter(writing);
    }

    /// <summary>Opens the file, making it when missing and its folder the owner's alone, and brings its schema up to date.</summary>
    /// <exception cref="IOException">Another process holds it, it is damaged, it was made by a newer version, or the disk refuses; the message says which.</exception>
    public static SqliteDatabase Open(string path, ILogger logger)
    {
        FileStream? heldLock = null;
        SqliteSession? writing = null;
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            PrivateFolder.Create(folder);
            heldLock = Lock(path);
            writing = new SqliteSession(path, SqliteOpenMode.ReadWriteCreate);
            writing.ExecuteScript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;");
            var (from, to) = Migrations.Apply(writing, path);
            if (from != to)
                LogMigrated(logger, path, from, to);
            DurableFolder.Flush(folder);
            return new SqliteDatabase(path, heldLock, writing);
        }
        catch (Exception e)
        {
            writing?.Dispose();
            heldLock?.Dispose();
            if (e is SqliteException failure)
                throw new IOException($"cannot open '{path}': {SqliteErrors.ToIOException(failure).Message}", failure);
            if (e is UnauthorizedAccessException)
                throw new IOException($"cannot open '{path}': {e.Message}", e);
            throw;
        }
    }

    /// <summary>Told of every commit: how many changes it made, and how long the disk took. Called on the writer's thread; must not throw.</summary>
    public Action<int, TimeSpan>? Committed
    {
        get => _writer.Committed;
        set => _writer.Committed = value;
    }

    /// <summary>Writes what changes nothing, to see whether it can be written. Completes when it is on disk.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public Task ProbeAsync(CancellationToken cancellationToken) =>
        WriteAsync(static session => session.Scalar("UPDATE meta SET epoch = epoch RETURNING epoch"), cancellationToken);

    /// <summary>Carries out the changes that are queued, lets the reads under way end, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _closed = true;
        for (var i = 0; i < Readers; i++)
            await _readerRoom.WaitAsync();
        while (_readers.TryPop(out var reader))
            reader.Dispose();
        // Whoever still waits to read wakes up to find the database closed.
        _readerRoom.Release(Readers);
        // The last connection to go folds the write-ahead log into the file, which only a writing one can.
        _writing.Dispose();
        await _lock.DisposeAsync();
    }

    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> apply, CancellationToken cancellationToken, bool isUrgent = true) =>
        _writer.WriteAsync(apply, isUrgent, cancellationToken);

    /// <summary>Reads from the last commit; waits while all readers are busy. The query runs on the caller's thread: SQLite has no other way.</summary>
    internal async ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> query, CancellationToken cancellationToken)
    {
        await _readerRoom.WaitAsync(cancellationToken);
        SqliteSession? session = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_readers.TryPop(out session))
                session = OpenReader();
            return query(session);
        }
        catch (SqliteException failure)
        {
            throw SqliteErrors.ToIOException(failure);
        }
        finally
        {
            if (session is not null)
                _readers.Push(session);
            _readerRoom.Release();
        }
    }

    private SqliteSession OpenReader()
    {
        var session = new SqliteSession(_path, SqliteOpenMode.ReadOnly);
        session.ExecuteScript("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;");
        return session;
    }

    /// <summary>The right to use a database, until it is disposed.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    internal static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path + ".lock"))
        {
            throw new IOException($"'{path}' is held by another process; one orchestrator at a time may use a data folder", e);
        }
    }

    [LoggerMessage(2001, LogLevel.Information, "database {Path}: schema brought from version {From} to {To}")]
    private static partial void LogMigrated(ILogger logger, string path, long from, long to);
}
