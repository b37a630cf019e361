using System.Diagnostics;
using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>
/// The database's one writer: a thread that takes whatever changes wait, applies them in order in one transaction, and completes their tasks once
/// that is on disk. Under load many changes share one fsync; a single change waits for nothing but its own. What comes while a transaction is being
/// filled goes into it, and changes that nobody waits for are applied at once and keep it open for a moment.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    /// <summary>Changes that may wait; more are refused, since a queue that grows without bound ends in neither order nor memory.</summary>
    private const int MaxQueued = 65_536;

    private const int MaxBatch = 256;

    /// <summary>How long a transaction takes in what comes; with it, how long a change that nobody waits for is held back.</summary>
    private static readonly TimeSpan MaxOpen = TimeSpan.FromMilliseconds(2);

    private readonly SqliteSession _session;
    private readonly object _gate = new();
    private readonly Queue<Change> _queue = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _begun;
    private bool _isUrgent;
    private bool _stopping;

    /// <summary>Told of every commit: how many changes it made, and how long it took. Called on the writer's thread; must not throw.</summary>
    public Action<int, TimeSpan>? Committed { get; set; }

    public GroupCommitWriter(SqliteSession session)
    {
        _session = session;
        new Thread(Run) { IsBackground = true, Name = "sqlite-writer" }.Start();
    }

    /// <summary>Applies a change; completes when it is on disk. Once queued it is carried out whatever the token says.</summary>
    /// <param name="isUrgent">False when nobody waits for this change by itself: it may be held back for a moment to be committed with the next.</param>
    /// <exception cref="IOException">The disk failed or is full, or too many changes wait; the change was not made.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> apply, bool isUrgent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var change = new Change<T>(apply, isUrgent);
        // Queued before this returns: the order of the calls is the order of the changes.
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, typeof(SqliteDatabase));
            if (_queue.Count >= MaxQueued)
                throw new StoreOverloadedException();
            _queue.Enqueue(change);
            Monitor.Pulse(_gate);
        }

        return change.Done;
    }

    /// <summary>Carries out what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        await _ended.Task;
    }

    private void Run()
    {
        var batch = new List<Change>(MaxBatch);
        while (Take(batch))
        {
            if (TryCommit(batch, isOpen: true) is { } failure)
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
                        if (TryCommit([change], isOpen: false) is { } own)
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
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_stopping)
                    return false;
                Monitor.Wait(_gate);
            }

            (_begun, _isUrgent) = (Stopwatch.GetTimestamp(), false);
            Move(batch);
            return true;
        }
    }

    /// <summary>Takes what came since, into a transaction that is not committed yet; false when that is to be done now.</summary>
    private bool TakeMore(List<Change> batch)
    {
        lock (_gate)
        {
            var left = MaxOpen - Stopwatch.GetElapsedTime(_begun);
            if (left <= TimeSpan.Zero)
                return false;
            if (_queue.Count == 0 && !_isUrgent && !_stopping)
                Monitor.Wait(_gate, left);
            var count = batch.Count;
            Move(batch);
            return batch.Count > count;
        }
    }

    private void Move(List<Change> batch)
    {
        while (batch.Count < MaxBatch && _queue.TryDequeue(out var change))
        {
            batch.Add(change);
            _isUrgent |= change.IsUrgent;
        }
    }

    private Exception? TryCommit(List<Change> batch, bool isOpen)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            var applied = 0;
            do
            {
                for (; applied < batch.Count; applied++)
                    batch[applied].Apply(_session);
            }
            while (isOpen && TakeMore(batch));
            _session.Events.Flush(_session);
            // Waiting for more to come is no part of it.
            var begun = Stopwatch.GetTimestamp();
            _session.Execute("COMMIT");
            Committed?.Invoke(batch.Count, Stopwatch.GetElapsedTime(begun));
        }
        catch (Exception failure)
        {
            _session.Events.Drop();
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

        _session.Events.Publish();
        return null;
    }

    private abstract class Change(bool isUrgent)
    {
        public bool IsUrgent => isUrgent;

        public abstract void Apply(SqliteSession session);

        public abstract void Complete();

        public abstract void Fail(Exception failure);
    }

    private sealed class Change<T>(Func<SqliteSession, T> apply, bool isUrgent) : Change(isUrgent)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Done => _done.Task;

        public override void Apply(SqliteSession session) => _result = apply(session);

        public override void Complete() => _done.SetResult(_result);

        public override void Fail(Exception failure) => _done.SetException(failure);
    }
}
