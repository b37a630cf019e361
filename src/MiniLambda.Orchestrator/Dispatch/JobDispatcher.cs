using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>
/// Brings ready jobs and free slots together. Whatever changes either of them calls <see cref="Pump"/>; nothing is polled. A job that finds a free
/// slot is stored and leased in one transaction; others wait in a bounded window, and beyond it in the store alone.
/// </summary>
internal sealed partial class JobDispatcher(
    IJobStore store, FunctionCatalog functions, Fleet fleet, JobEvents events, OrchestratorOptions options, TimeProvider clock,
    ILogger<JobDispatcher> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ReadyWindow _window = new(options.DispatchWindow);
    private readonly CancellationTokenSource _stopping = new();

    // Whether the store may hold ready jobs that the window lacks, and after which of them reading goes on.
    private bool _storeHasMore = true;
    private ReadyCursor? _cursor;

    // Count what happened while a read was under way: jobs left to the store, and orders to read from the start again.
    private int _leftInStore;
    private int _rewinds;

    private bool _refilling;
    private ITimer? _dueTimer;
    private DateTimeOffset _dueAt = DateTimeOffset.MaxValue;

    /// <summary>Accepts a job. Completes when it is on disk; by then it is often on its way to a worker.</summary>
    /// <exception cref="IOException">The store refused it: there is no such job.</exception>
    /// <param name="isUrgent">False when the caller waits for the outcome, not for the job to be accepted.</param>
    public async Task<JobRecord> SubmitAsync(NewJob job, FunctionVersion function, bool isUrgent)
    {
        var manifest = job.Overrides.ApplyTo(function.Manifest);
        WorkerNode? node;
        lock (_gate)
            node = _window.Count == 0 && !_storeHasMore ? fleet.Reserve(manifest, function.Module) : null;
        if (node is not null)
            return await SubmitLeasedAsync(job, node, function, manifest, isUrgent);
        var record = await store.SubmitAsync(job, null, isUrgent: true, CancellationToken.None);
        Enqueue(new ReadyEntry(record.Id, record.Sequence, record.Priority, function, manifest));
        Pump();
        return record;
    }

    /// <summary>A job went back to the queue: it is taken up now or when its back-off ends.</summary>
    public async ValueTask RequeueAsync(JobRecord job)
    {
        // A retry waits; a job that was handed back does not.
        if (job.Status.NotBefore > clock.GetUtcNow())
        {
            lock (_gate)
                ScheduleDue_NeedsLock(job.Status.NotBefore);
            return;
        }

        var function = await functions.GetForJobAsync(job.Function, job.Version, _stopping.Token);
        Enqueue(new ReadyEntry(job.Id, job.Sequence, job.Priority, function, job.Overrides.ApplyTo(function.Manifest)));
        Pump();
    }

    /// <summary>A worker came that may take jobs which were passed over before: read the queue again from its start.</summary>
    public void WorkerJoined()
    {
        lock (_gate)
            Rewind_NeedsLock();
        Pump();
    }

    /// <summary>Finds when the next delayed job is due, and begins to dispatch; for the start of the orchestrator.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ScheduleNextDueAsync(cancellationToken);
        Pump();
    }

    /// <summary>Matches as many ready jobs with free slots as there are.</summary>
    public void Pump()
    {
        List<(ReadyEntry Entry, WorkerNode Node)> matches;
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
                return;
            matches = fleet.HasCredit
                ? _window.Take(entry => fleet.Reserve(entry.Manifest, entry.Function.Module), () => !fleet.HasCredit)
                : [];
            if (_storeHasMore && !_refilling && _window.Room >= options.DispatchWindow / 2)
            {
                _refilling = true;
                _ = ObserveAsync(RefillAsync());
            }
        }

        foreach (var (entry, node) in matches)
            _ = ObserveAsync(ClaimAndDeliverAsync(node, entry));
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _dueTimer?.Dispose();
        _stopping.Dispose();
    }

    private async Task ClaimAndDeliverAsync(WorkerNode node, ReadyEntry entry)
    {
        LeasedJob? leased;
        try
        {
            leased = await store.ClaimAsync(entry.Id, Claim(node), _stopping.Token);
        }
        catch
        {
            fleet.CancelReservation(node);
            lock (_gate)
                Rewind_NeedsLock();
            throw;
        }

        if (leased is not null)
        {
            await DeliverAsync(node, leased, entry.Function, entry.Manifest);
            return;
        }

        // Somebody cancelled it since it was read: the promised slot is for the next one.
        fleet.CancelReservation(node);
        Pump();
    }

    /// <summary>
    /// Stores a job together with its first lease, and sends the lease while the disk still writes. Nothing is acknowledged before it is on disk, and
    /// the worker's report is applied after the job's own row in any case; should that row fail to be written, there is no job for the report to
    /// apply to, and nobody was told of one.
    /// </summary>
    private async Task<JobRecord> SubmitLeasedAsync(
        NewJob job, WorkerNode node, FunctionVersion function, FunctionManifest manifest, bool isUrgent)
    {
        const int firstAttempt = 1;
        var storing = store.SubmitAsync(job, Claim(node), isUrgent, CancellationToken.None);
        var isSent = Send(node, LeaseMessage.Create(job.Id, firstAttempt, job.Input, function, manifest), job.Id, firstAttempt, function);
        JobRecord record;
        try
        {
            record = await storing;
        }
        catch
        {
            fleet.EndLease(node.Name, job.Id, firstAttempt);
            node.Session?.TrySend(LeaseMessage.Cancel(job.Id, firstAttempt));
            throw;
        }

        events.Publish(record);
        if (!isSent)
            _ = ObserveAsync(TakeBackAsync(node, record));
        return record;
    }

    private async Task DeliverAsync(WorkerNode node, LeasedJob leased, FunctionVersion function, FunctionManifest manifest)
    {
        var job = leased.Job;
        events.Publish(job);
        var message = LeaseMessage.Create(job.Id, job.Status.Attempt, leased.Input, function, manifest);
        if (!Send(node, message, job.Id, job.Status.Attempt, function))
            await TakeBackAsync(node, job);
    }

    private bool Send(WorkerNode node, OrchestratorMessage lease, JobId id, int attempt, FunctionVersion function) =>
        fleet.Grant(node, new ActiveLease(id, attempt, function.Name, function.Version), function.Module)?.TrySend(lease) ?? false;

    /// <summary>The worker went away between the promise and the delivery, and never saw the lease: the job goes back to the queue.</summary>
    private async Task TakeBackAsync(WorkerNode node, JobRecord job)
    {
        var change = await store.ReleaseAsync(job.Id, job.Status.Attempt, clock.GetUtcNow(), _stopping.Token);
        fleet.EndLease(node.Name, job.Id, job.Status.Attempt);
        if (change is { Status: TransitionStatus.Applied, Job: { } released })
        {
            events.Publish(released);
            await RequeueAsync(released);
        }
    }

    private void Enqueue(ReadyEntry entry)
    {
        lock (_gate)
        {
            // Jobs that no connected worker could take stay in the store; they are read again when a worker joins.
            if (!fleet.CanPlace(entry.Manifest))
                return;
            // While the older part of the queue is only in the store, a newer job must not overtake it, except by priority.
            if (_storeHasMore && _cursor is { } cursor && entry.Priority <= cursor.Priority && entry.Sequence > cursor.Sequence)
                _leftInStore++;
            else if (!_window.Offer(entry))
                Rewind_NeedsLock();
        }
    }

    private async Task RefillAsync()
    {
        try
        {
            while (await RefillOnceAsync())
                Pump();
        }
        catch
        {
            lock (_gate)
            {
                Rewind_NeedsLock();
                _refilling = false;
            }

            throw;
        }

        Pump();
    }

    /// <summary>Reads one window's room of jobs; false when nothing is left to read, or there is no room.</summary>
    private async Task<bool> RefillOnceAsync()
    {
        ReadyCursor? after;
        int room, rewinds, leftInStore;
        lock (_gate)
        {
            room = _window.Room;
            if (!_storeHasMore || room < options.DispatchWindow / 2)
                return _refilling = false;
            (after, rewinds, leftInStore) = (_cursor, _rewinds, _leftInStore);
        }

        var ready = await store.ReadReadyAsync(clock.GetUtcNow(), after, room, _stopping.Token);
        var entries = new List<ReadyEntry>(ready.Count);
        foreach (var job in ready)
        {
            var function = await functions.GetForJobAsync(job.Function, job.Version, _stopping.Token);
            entries.Add(new ReadyEntry(job.Id, job.Sequence, job.Priority, function, job.Overrides.ApplyTo(function.Manifest)));
        }

        lock (_gate)
        {
            var leftOut = false;
            foreach (var entry in entries.Where(entry => fleet.CanPlace(entry.Manifest)))
                leftOut |= !_window.Offer(entry);
            if (rewinds != _rewinds)
                return true;
            if (leftOut)
            {
                Rewind_NeedsLock();
                return true;
            }

            if (ready.Count > 0)
                _cursor = new ReadyCursor(ready[^1].Priority, ready[^1].Sequence);
            _storeHasMore = ready.Count == room || leftInStore != _leftInStore;
            if (!_storeHasMore)
                _cursor = null;
            return true;
        }
    }

    private void Rewind_NeedsLock()
    {
        _storeHasMore = true;
        _cursor = null;
        _rewinds++;
    }

    private void ScheduleDue_NeedsLock(DateTimeOffset at)
    {
        if (at >= _dueAt || _stopping.IsCancellationRequested)
            return;
        _dueAt = at;
        // A little late rather than a little early: a timer that fires before the moment would find nothing.
        var wait = at - clock.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        var delay = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait;
        if (_dueTimer is null)
            _dueTimer = clock.CreateTimer(_ => _ = ObserveAsync(DueAsync()), null, delay, Timeout.InfiniteTimeSpan);
        else
            _dueTimer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private async Task DueAsync()
    {
        lock (_gate)
        {
            _dueAt = DateTimeOffset.MaxValue;
            Rewind_NeedsLock();
        }

        Pump();
        await ScheduleNextDueAsync(_stopping.Token);
    }

    private async Task ScheduleNextDueAsync(CancellationToken cancellationToken)
    {
        if (await store.NextDueAsync(clock.GetUtcNow(), cancellationToken) is not { } due)
            return;
        lock (_gate)
            ScheduleDue_NeedsLock(due);
    }

    private LeaseClaim Claim(WorkerNode node) => new(node.Name, clock.GetUtcNow());

    private async Task ObserveAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // What was under way at shutdown stands in the store and is taken up at the next start.
        }
        catch (Exception e)
        {
            LogDispatchFailed(e);
        }
    }

    [LoggerMessage(1201, LogLevel.Error, "dispatching failed; the job stays in the queue")]
    private partial void LogDispatchFailed(Exception exception);
}
