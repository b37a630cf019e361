using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// The database's one writer: a thread that takes whatever changes wait, applies them in order in one transaction, and completes their tasks once
/// that is on disk. Under load many changes share one fsync; a single change waits for nothing but its own.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private const int MaxQueued = 16_384;
    private const int MaxBatch = 512;

    private readonly SqliteSession _session;
    private readonly Channel<Change> _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GroupCommitWriter(SqliteSession session)
    {
        _session = session;
        // Synchronous continuations let a caller wake the thread itself, without a detour over the thread pool.
        _queue = Channel.CreateBounded<Change>(
            new BoundedChannelOptions(MaxQueued) { SingleReader = true, AllowSynchronousContinuations = true });
        new Thread(Run) { IsBackground = true, Name = "sqlite-writer" }.Start();
    }

    /// <summary>Applies a change; completes when it is on disk. Once queued it is carried out whatever the token says.</summary>
    /// <exception cref="IOException">The disk failed or is full; the change was not made.</exception>
    /// <exception cref="ObjectDisposedException">The database was closed; the change was not made.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> apply, CancellationToken cancellationToken)
    {
        var change = new Change<T>(apply);
        try
        {
            await _queue.Writer.WriteAsync(change, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteDatabase));
        }

        return await change.Done;
    }

    /// <summary>Carries out what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _ended.Task;
    }

    private void Run()
    {
        var batch = new List<Change>(MaxBatch);
        while (Take(batch))
        {
            if (TryCommit(batch) is { } failure)
            {
                if (batch.Count == 1)
                {
                    batch[0].Fail(failure);
                }
                else
                {
                    // One change is to blame: each is made alone, so that only that one fails.
                    foreach (var change in batch)
                    {
                        if (TryCommit([change]) is { } own)
                            change.Fail(own);
                        else
                            change.Complete();
                    }
                }
            }
            else
            {
                foreach (var change in batch)
                    change.Complete();
            }

            batch.Clear();
        }

        _ended.SetResult();
    }

    private bool Take(List<Change> batch)
    {
        do
        {
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var change))
                batch.Add(change);
            if (batch.Count > 0)
                return true;
        }
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult());
        return false;
    }

    private Exception? TryCommit(List<Change> batch)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var change in batch)
                change.Apply(_session);
            _session.Execute("COMMIT");
            return null;
        }
        catch (Exception failure)
        {
            try
            {
                _session.Execute("ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite has rolled back by itself, as it does when the disk is full.
            }

            return failure is SqliteException sqlite ? SqliteErrors.ToIOException(sqlite) : failure;
        }
    }

    private abstract class Change
    {
        public abstract void Apply(SqliteSession session);

        public abstract void Complete();

        public abstract void Fail(Exception failure);
    }

    private sealed class Change<T>(Func<SqliteSession, T> apply) : Change
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Done => _done.Task;

        public override void Apply(SqliteSession session) => _result = apply(session);

        public override void Complete() => _done.SetResult(_result);

        public override void Fail(Exception failure) => _done.SetException(failure);
    }
}
