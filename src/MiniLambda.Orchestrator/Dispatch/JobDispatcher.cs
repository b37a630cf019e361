using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Metrics;
using MiniLambda.Orchestrator.Secrets;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Tenants;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>
/// Brings ready jobs and free slots together. Whatever changes either of them calls <see cref="Pump"/>; nothing is polled. A job that finds a free
/// slot is stored and leased in one transaction; others wait in their lane, of which only the head is in memory.
/// </summary>
internal sealed partial class JobDispatcher : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    private readonly IJobStore _store;
    private readonly FunctionCatalog _functions;
    private readonly Fleet _fleet;
    private readonly JobEvents _events;
    private readonly TenantLedger _tenants;
    private readonly LeaseTerms _terms;
    private readonly TimeProvider _clock;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly JobMetrics _metrics;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly LaneTable _lanes;
    private readonly DueJobs _due;
    private readonly DueClock _retry;
    private bool _reading;
    private int _failures;

    public JobDispatcher(
        IJobStore store, FunctionCatalog functions, Fleet fleet, JobEvents events, TenantLedger tenants, LeaseTerms terms, OrchestratorOptions options,
        TimeProvider clock, Random random, JobMetrics metrics, ILogger<JobDispatcher> logger)
    {
        (_store, _functions, _fleet, _events, _tenants, _terms) = (store, functions, fleet, events, tenants, terms);
        (_clock, _random, _metrics, _logger) = (clock, random, metrics, logger);
        _lanes = new LaneTable(options.DispatchWindow, tenants.Weight, clock);
        _due = new DueJobs(store, events, clock, BecameReady, logger);
        _retry = new DueClock(clock, Resume);
    }

    /// <summary>Accepts a job. Completes when it is on disk; by then it is often on its way to a worker.</summary>
    /// <exception cref="IOException">The store refused it: there is no such job.</exception>
    /// <param name="manifest">What it runs, under its own settings.</param>
    /// <param name="isUrgent">False when the caller waits for the outcome, not for the job to be accepted.</param>
    public async Task<Submission> SubmitAsync(NewJob job, FunctionVersion function, FunctionManifest manifest, bool isUrgent)
    {
        if (Reserve(job, function, manifest) is { } reserved)
            return await SubmitLeasedAsync(job, reserved, function, manifest, isUrgent);
        var submission = await _store.SubmitAsync(job, null, isUrgent: true, CancellationToken.None);
        if (submission is { Status: SubmissionStatus.Accepted, Job: var record })
        {
            _events.Publish(record, default);
            Succeeded();
            if (!_due.Note(record))
                Enqueue(Entry(record, function, manifest));
        }

        return submission;
    }

    /// <summary>A job went back to the queue: it is taken up now, or when its back-off ends.</summary>
    public async ValueTask RequeueAsync(JobRecord job)
    {
        if (_due.Note(job))
            return;
        var function = await _functions.GetForJobAsync(job.Lane.Tenant, job.Function, job.Version, _stopping.Token);
        Enqueue(Entry(job, function, _functions.ManifestOf(function, job.Overrides)));
    }

    /// <summary>Jobs of some lanes became ready in the store.</summary>
    public void BecameReady(IEnumerable<Lane> lanes)
    {
        lock (_gate)
        {
            foreach (var lane in lanes)
                _lanes.Rewind(lane);
        }

        Pump();
    }

    /// <summary>A worker came that may take jobs which nobody else could.</summary>
    public void WorkerJoined()
    {
        lock (_gate)
            _lanes.Sort(_fleet.CanPlace);
        Pump();
    }

    /// <summary>A worker left, or takes no more: jobs that only it could take go out of the way of others, until one like it comes.</summary>
    public void WorkerLeft()
    {
        lock (_gate)
            _lanes.Sort(_fleet.CanPlace);
    }

    /// <summary>Finds out which lanes wait in the store, and begins to dispatch; for the start of the orchestrator.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var page = new Page<Lane>([], "");
        do
        {
            page = await _store.ListReadyLanesAsync(new PageRequest(1000, page.NextToken), cancellationToken);
            BecameReady(page.Items);
        }
        while (page.NextToken.Length > 0);

        lock (_gate)
            _lanes.IsComplete = true;
        Pump();
        await _due.RunAsync();
    }

    /// <summary>How fast a lane's jobs are placed, for people who ask when theirs is; null when nothing is known of it.</summary>
    public LaneView? View(Lane lane)
    {
        lock (_gate)
            return _lanes.Find(lane) is { } queue ? new LaneView(queue.IsParked, queue.Rate.PerSecond(_clock)) : null;
    }

    /// <summary>Matches as many ready jobs with free slots as there are.</summary>
    public void Pump()
    {
        List<(ReadyEntry Entry, Reservation Place)> matches;
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
                return;
            matches = _lanes.HasReady && _fleet.HasCredit ? _lanes.Take(_tenants.MayRun, Reserve_NeedsLock, () => _fleet.HasCredit) : [];
            if (!_reading && _lanes.IsHungry)
            {
                _reading = true;
                _ = ObserveAsync(ReadAsync());
            }
        }

        foreach (var (entry, place) in matches)
            _ = ObserveAsync(ClaimAndDeliverAsync(entry, place));
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _retry.Dispose();
        _due.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Promises a slot to a job that needs not wait; null when it has to.</summary>
    private Reservation? Reserve(NewJob job, FunctionVersion function, FunctionManifest manifest)
    {
        // A job that may turn out to be another request's is not sent before that is known; nor is any while the disk refuses what it is given.
        if (job.Idempotency is not null || job.NotBefore > job.CreatedAt || Volatile.Read(ref _failures) > 0)
            return null;
        lock (_gate)
        {
            if (!_lanes.IsFree(job.Lane) || !_tenants.MayRun(job.Lane.Tenant) || _fleet.Reserve(manifest, function.Module, job.Lane.Placement) is not { } reserved)
                return null;
            _lanes.Charge(job.Lane.Tenant, manifest);
            _tenants.Promised(job.Lane.Tenant);
            return reserved;
        }
    }

    private Reservation? Reserve_NeedsLock(ReadyEntry entry)
    {
        var reserved = _fleet.Reserve(entry.Manifest, entry.Function.Module, entry.Lane.Placement);
        if (reserved is not null)
            _tenants.Promised(entry.Lane.Tenant);
        return reserved;
    }

    private async Task ClaimAndDeliverAsync(ReadyEntry entry, Reservation place)
    {
        LeasedJob? leased;
        var begun = _clock.GetTimestamp();
        try
        {
            leased = await _store.ClaimAsync(entry.Id, Claim(place), _stopping.Token);
        }
        catch
        {
            _fleet.CancelReservation(place);
            RetryLater(entry.Lane);
            throw;
        }
        finally
        {
            _tenants.Settled(entry.Lane.Tenant);
        }

        Succeeded();
        if (leased is not null)
        {
            _events.Publish(leased.Job, JobState.Queued);
            var message = Lease(leased.Job.Id, leased.Job.Status.Attempt, leased.Input, entry.Function, entry.Manifest, leased.Job.Trace);
            if (Send(place, message, leased.Job.Id, leased.Job.Status.Attempt, entry.Function, leased.Input))
                _metrics.Placed(begun, _clock);
            else
                await TakeBackAsync(place, leased.Job);
            return;
        }

        // Somebody cancelled it since it was read, or its time is over: the promised slot is for the next one.
        _fleet.CancelReservation(place);
        Pump();
    }

    /// <summary>
    /// Stores a job together with its first lease, and sends the lease while the disk still writes. Nothing is acknowledged before it is on disk, and
    /// the worker's report is applied after the job's own row in any case; should that row fail to be written, there is no job for the report to
    /// apply to, and nobody was told of one.
    /// </summary>
    private async Task<Submission> SubmitLeasedAsync(
        NewJob job, Reservation place, FunctionVersion function, FunctionManifest manifest, bool isUrgent)
    {
        const int firstAttempt = 1;
        var begun = _clock.GetTimestamp();
        Task<Submission> storing;
        try
        {
            storing = _store.SubmitAsync(job, Claim(place), isUrgent, CancellationToken.None);
        }
        catch
        {
            _fleet.CancelReservation(place);
            _tenants.Settled(job.Lane.Tenant);
            throw;
        }

        var isSent = Send(place, Lease(job.Id, firstAttempt, job.Input, function, manifest, job.Trace), job.Id, firstAttempt, function, job.Input);
        _metrics.Placed(begun, _clock);
        JobRecord record;
        try
        {
            record = (await storing).Job;
        }
        catch
        {
            _fleet.EndLease(place.Node.Name, job.Id, firstAttempt);
            place.Node.Session?.TrySend(LeaseMessage.Cancel(job.Id, firstAttempt));
            RetryLater(job.Lane);
            throw;
        }
        finally
        {
            _tenants.Settled(job.Lane.Tenant);
        }

        Succeeded();
        _events.Publish(record, default);
        if (!isSent)
            _ = ObserveAsync(TakeBackAsync(place, record));
        return new Submission(SubmissionStatus.Accepted, record);
    }

    private OrchestratorMessage Lease(JobId id, int attempt, Payload input, FunctionVersion function, FunctionManifest manifest, string? trace) =>
        _terms.Complete(LeaseMessage.Create(id, attempt, input, function, manifest, trace), function, manifest);

    private bool Send(Reservation place, OrchestratorMessage lease, JobId id, int attempt, FunctionVersion function, Payload input) => _fleet.Grant(
        place, new ActiveLease(id, attempt, function.Tenant, function.Name, function.Version, function.Module, input.Blob))?.TrySend(lease) ?? false;

    /// <summary>The worker went away between the promise and the delivery, and never saw the lease: the job goes back to the queue.</summary>
    private async Task TakeBackAsync(Reservation place, JobRecord job)
    {
        var change = await _store.ReleaseAsync(job.Id, job.Status.Attempt, _clock.GetUtcNow(), _stopping.Token);
        _fleet.EndLease(place.Node.Name, job.Id, job.Status.Attempt);
        if (change is { Status: TransitionStatus.Applied, Job: { } released })
        {
            _events.Publish(released, change.From);
            await RequeueAsync(released);
        }
    }

    private void Enqueue(ReadyEntry entry)
    {
        lock (_gate)
            _lanes.Add(entry, _fleet.CanPlace(entry.Manifest));
        Pump();
    }

    // Errors of the disk pass, or somebody makes room: what may have been passed over is read again after a while.
    private void RetryLater(Lane lane)
    {
        lock (_gate)
        {
            _lanes.Rest(lane);
            _retry.Schedule(_clock.GetUtcNow() + Backoff.Compute(++_failures, FirstRetry, LongestRetry, _random.NextDouble()));
        }
    }

    private void Resume()
    {
        lock (_gate)
            _lanes.Resume();
        Pump();
    }

    private void Succeeded() => Volatile.Write(ref _failures, 0);

    private static ReadyEntry Entry(JobRecord job, FunctionVersion function, FunctionManifest manifest) =>
        new(job.Id, new ReadyCursor(JobRank.Of(job.CreatedAt, job.Priority), job.Sequence), job.Lane, function, manifest);

    private LeaseClaim Claim(Reservation place) => new(place.Node.Name, _clock.GetUtcNow(), place.Placed);

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
