using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Tenants;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>
/// Takes down what becomes of attempts: started, finished, handed back, lost, cancelled. Commits first, then tells whoever waits and lets the freed
/// slot be used.
/// </summary>
internal sealed partial class AttemptLedger(
    IJobStore store, FunctionCatalog functions, Fleet fleet, JobDispatcher dispatcher, JobEvents events, TenantLedger tenants, TimeProvider clock,
    Random random, ILogger<AttemptLedger> logger)
{
    /// <summary>The guest runs, says a worker; ignored, and false, when the attempt is not its own.</summary>
    public async Task<bool> StartedAsync(string worker, JobId id, int attempt, CancellationToken cancellationToken)
    {
        if (await store.StartAsync(id, attempt, worker, clock.GetUtcNow(), cancellationToken) is not { Status: TransitionStatus.Applied, Job: { } job, From: var from })
            return false;
        events.Publish(job, from);
        return true;
    }

    /// <summary>A worker reports an attempt's end. True when that is the outcome that stands; false when the fencing token refused it.</summary>
    public async Task<bool> FinishedAsync(string worker, JobId id, int attempt, AttemptReport report, CancellationToken cancellationToken)
    {
        var usage = report.Usage;
        var lease = fleet.BeginFinish(worker, id, attempt, usage.Run > TimeSpan.Zero ? usage.Fetch + usage.Compile + usage.Start + usage.Run : null);
        if (lease is null)
        {
            // Late: the lease ran out, or the job was cancelled.
            LogStaleReport(worker, id, attempt);
            return false;
        }

        dispatcher.Pump();
        return await FinishAsync(worker, lease, report, cancellationToken);
    }

    /// <summary>A worker will not finish an attempt: the job goes back to the queue. True when it did.</summary>
    public async Task<bool> ReturnedAsync(string worker, JobId id, int attempt, CancellationToken cancellationToken)
    {
        // It could not begin within the worker's patience, so jobs there take long: fewer are sent to wait from now on.
        if (fleet.BeginFinish(worker, id, attempt, LeaseCredit.ReturnedCountsAs) is null)
            return false;
        return await SettleAsync(
            worker, id, attempt, () => store.ReleaseAsync(id, attempt, clock.GetUtcNow(), cancellationToken));
    }

    /// <summary>A worker vanished with this attempt. Its lease is marked as finishing by whoever calls.</summary>
    public async Task LostAsync(string worker, ActiveLease lease, string how, CancellationToken cancellationToken)
    {
        LogLost(worker, lease.Id, lease.Attempt, how);
        var report = AttemptReport.Failure(AttemptOutcome.WorkerLost, $"worker '{worker}' {how}") with { Crashed = how == Fleet.Restarted };
        await FinishAsync(worker, lease, report, cancellationToken);
    }

    /// <summary>Settles the leases that connected workers should hold and do not. What fails stands for the next time.</summary>
    public Task SettleOrphansAsync(CancellationToken cancellationToken) => Task.WhenAll(fleet.TakeOrphans().Select(orphan => orphan.How is { } how
        ? LostAsync(orphan.Worker, orphan.Lease, how, cancellationToken)
        : SettleAsync(
            orphan.Worker, orphan.Lease.Id, orphan.Lease.Attempt,
            () => store.ReleaseAsync(orphan.Lease.Id, orphan.Lease.Attempt, clock.GetUtcNow(), cancellationToken))));

    /// <summary>Cancels a job; its worker, if it has one, is told to stop the guest.</summary>
    public async Task<JobChange> CancelAsync(JobId id, CancellationToken cancellationToken)
    {
        var change = await store.CancelAsync(id, clock.GetUtcNow(), cancellationToken);
        if (change is { Status: TransitionStatus.Applied, Job: { } job })
        {
            events.Publish(job, change.From);
            if (job.Status.Attempt > 0)
                fleet.Revoke(job.Status.Worker, id, job.Status.Attempt)?.TrySend(LeaseMessage.Cancel(id, job.Status.Attempt));
            dispatcher.Pump();
        }

        return change;
    }

    /// <summary>Has a job that failed or was cancelled run once more.</summary>
    public async Task<JobChange> RetryAsync(JobId id, CancellationToken cancellationToken)
    {
        var change = await store.RetryAsync(id, clock.GetUtcNow(), cancellationToken);
        if (change is { Status: TransitionStatus.Applied, Job: { } job })
        {
            events.Publish(job, change.From);
            await dispatcher.RequeueAsync(job);
        }

        return change;
    }

    /// <summary>Removes a job that has its outcome.</summary>
    public async Task<JobChange> RemoveAsync(JobId id, CancellationToken cancellationToken)
    {
        var change = await store.RemoveAsync(id, clock.GetUtcNow(), cancellationToken);
        if (change is { Status: TransitionStatus.Applied, Job: { } job })
            tenants.Removed(job);
        return change;
    }

    private Task<bool> FinishAsync(string worker, ActiveLease lease, AttemptReport report, CancellationToken cancellationToken) => SettleAsync(
        worker, lease.Id, lease.Attempt,
        async () =>
        {
            // The success path needs no policy, and so no manifest.
            var policy = report.Outcome == AttemptOutcome.Succeeded
                ? RetryPolicy.Default
                : (await functions.GetForJobAsync(lease.Tenant, lease.Function, lease.Version, cancellationToken)).Manifest.Retry;
            return await store.FinishAsync(lease.Id, lease.Attempt, report, policy, clock.GetUtcNow(), random.NextDouble(), cancellationToken);
        });

    private async Task<bool> SettleAsync(string worker, JobId id, int attempt, Func<Task<JobChange>> commit)
    {
        JobChange change;
        try
        {
            change = await commit();
        }
        catch
        {
            fleet.UndoFinish(worker, id);
            throw;
        }

        fleet.EndLease(worker, id, attempt);
        if (change.Status != TransitionStatus.Applied || change.Job is not { } job)
        {
            LogStaleReport(worker, id, attempt);
            dispatcher.Pump();
            return false;
        }

        events.Publish(job, change.From);
        if (job.Status.State == JobState.Queued)
            await dispatcher.RequeueAsync(job);
        else
            dispatcher.Pump();
        return true;
    }

    [LoggerMessage(1301, LogLevel.Information, "a report of worker {Worker} on job {Job} attempt {Attempt} came too late and was refused")]
    private partial void LogStaleReport(string worker, JobId job, int attempt);

    [LoggerMessage(1302, LogLevel.Warning, "worker {Worker} lost job {Job} attempt {Attempt}: {How}")]
    private partial void LogLost(string worker, JobId job, int attempt, string how);
}
