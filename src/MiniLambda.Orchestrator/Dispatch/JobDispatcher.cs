using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
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
    Random random, ILogger<JobDispatcher> logger) : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly ReadyQueue _queue = new(options.DispatchWindow);
    private readonly CancellationTokenSource _stopping = new();

    private bool _refilling;
    private int _failures;
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
            node = _queue.MayOvertake(Placement.Key(manifest)) ? fleet.Reserve(manifest, function.Module) : null;
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
            _queue.Rewind();
        Pump();
    }

    /// <summary>A worker left, or takes no more: jobs that only it could take go out of the way of others, until one like it comes.</summary>
    public void WorkerLeft()
    {
        lock (_gate)
            _queue.RemoveLines(fleet.CanPlace);
    }

    /// <summary>Finds when the next delayed job is due, and begins to dispatch; for the start of the orchestrator.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ScheduleNextDueAsync(clock.GetUtcNow(), cancellationToken);
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
            matches = fleet.HasCredit ? _queue.Take(entry => fleet.Reserve(entry.Manifest, entry.Function.Module)) : [];
            if (!_refilling && _queue.ShouldRead(fleet.HasCredit))
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
            RetryLater();
            throw;
        }

        Succeeded();
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
        Task<JobRecord> storing;
        try
        {
            storing = store.SubmitAsync(job, Claim(node), isUrgent, CancellationToken.None);
        }
        catch
        {
            fleet.CancelReservation(node);
            throw;
        }

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
            _queue.Add(entry);
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
                _refilling = false;
            RetryLater();
            throw;
        }

        Succeeded();
        Pump();
    }

    /// <summary>Reads one page of jobs; false when nothing is left to read, or there is no reason to.</summary>
    private async Task<bool> RefillOnceAsync()
    {
        ReadyPage page;
        lock (_gate)
        {
            if (!_queue.ShouldRead(fleet.HasCredit))
                return _refilling = false;
            page = _queue.BeginRead();
        }

        var ready = await store.ReadReadyAsync(clock.GetUtcNow(), page.After, page.Limit, _stopping.Token);
        var entries = new List<ReadyEntry>(ready.Count);
        foreach (var job in ready)
        {
            if (await TryDescribeAsync(job) is { } entry)
                entries.Add(entry);
        }

        lock (_gate)
        {
            _queue.EndRead(page, ready, entries.Where(entry => fleet.CanPlace(entry.Manifest)));
            return true;
        }
    }

    private async ValueTask<ReadyEntry?> TryDescribeAsync(ReadyJob job)
    {
        try
        {
            var function = await functions.GetForJobAsync(job.Function, job.Version, _stopping.Token);
            return new ReadyEntry(job.Id, job.Sequence, job.Priority, function, job.Overrides.ApplyTo(function.Manifest));
        }
        catch (InvalidOperationException e)
        {
            // One job that cannot be read must not keep the others from running.
            LogUnreadable(job.Id, e);
            return null;
        }
    }

    // Errors of the disk pass, or somebody makes room: the queue is read again from its start after a while.
    private void RetryLater()
    {
        lock (_gate)
        {
            _queue.Rewind();
            ScheduleDue_NeedsLock(clock.GetUtcNow() + Backoff.Compute(++_failures, FirstRetry, LongestRetry, random.NextDouble()));
        }
    }

    private void Succeeded() => Volatile.Write(ref _failures, 0);

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
        // Read before the queue is: what is due until then the queue shows, what is due later is looked up.
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            _dueAt = DateTimeOffset.MaxValue;
            _queue.Rewind();
        }

        Pump();
        try
        {
            await ScheduleNextDueAsync(now, _stopping.Token);
        }
        catch (IOException)
        {
            RetryLater();
            throw;
        }
    }

    private async Task ScheduleNextDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await store.NextDueAsync(now, cancellationToken) is not { } due)
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

    [LoggerMessage(1202, LogLevel.Error, "job {Job} cannot be dispatched: it stays in the queue")]
    private partial void LogUnreadable(JobId job, Exception exception);

    [LoggerMessage(1201, LogLevel.Error, "dispatching failed; the job stays in the queue")]
    private partial void LogDispatchFailed(Exception exception);
}
