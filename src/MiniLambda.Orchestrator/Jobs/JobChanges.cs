using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>What callers change about jobs that are theirs.</summary>
internal sealed class JobChanges(
    JobReading jobs, MatchingJobs matching, AttemptLedger ledger, FunctionCatalog functions, IJobStore store, IBlobStore blobs, AuditLog audit)
{
    private static readonly JobState[] Unfinished = [JobState.Queued, JobState.Leased, JobState.Running];

    /// <param name="peer">The address that the call came from, for the audit log.</param>
    /// <exception cref="RefusedException">There is no such job, or it has its outcome.</exception>
    public async Task<JobRecord> CancelAsync(Caller caller, string peer, string id, CancellationToken cancellationToken)
    {
        var job = await jobs.FindAsync(caller, id, cancellationToken);
        return Recorded("job.cancel", caller, peer, await ledger.CancelAsync(job.Id, cancellationToken) switch
        {
            { Job: null } => throw Refused.JobNotFound(id),
            { Status: TransitionStatus.Final, Job: { } final } => throw Refused.JobFinished(final.Id, final.Status.State),
            { Job: { } changed } => changed,
        });
    }

    /// <summary>Has a job that failed run once more.</summary>
    /// <exception cref="RefusedException">There is no such job, or it cannot.</exception>
    public async Task<JobRecord> RetryAsync(Caller caller, string peer, string id, CancellationToken cancellationToken)
    {
        var job = await jobs.FindAsync(caller, id, cancellationToken);
        if (await ModuleGoneAsync(job, cancellationToken) is { } gone)
            throw new RefusedException(RefusalKind.WrongState, "MODULE_GONE", gone);
        return Recorded("job.retry", caller, peer, await ledger.RetryAsync(job.Id, cancellationToken) switch
        {
            { Job: null } => throw Refused.JobNotFound(id),
            { Status: TransitionStatus.Final } => throw new RefusedException(
                RefusalKind.WrongState, "JOB_SUCCEEDED", $"job {job.Id} has succeeded: submit it anew to run it again"),
            { Status: TransitionStatus.Stale, Job: { } active } => throw Refused.JobNotFinished(active.Id, active.Status.State),
            { Job: { } changed } => changed,
        });
    }

    /// <summary>Removes a job that has its outcome.</summary>
    /// <exception cref="RefusedException">There is no such job, or it has none.</exception>
    public async Task RemoveAsync(Caller caller, string peer, string id, CancellationToken cancellationToken)
    {
        var job = await jobs.FindAsync(caller, id, cancellationToken);
        var change = await ledger.RemoveAsync(job.Id, cancellationToken);
        if (change.Job is null)
            throw Refused.JobNotFound(id);
        if (change.Status == TransitionStatus.Stale)
            throw Refused.JobNotFinished(job.Id, change.Job.Status.State);
        Recorded("job.remove", caller, peer, job);
    }

    private JobRecord Recorded(string action, Caller caller, string peer, JobRecord job)
    {
        audit.Record(action, AuditOutcome.Done, caller, peer, job.Id.Value, $"{job.Function}@{job.Version} of {job.Lane.Tenant}");
        return job;
    }

    /// <returns>How many were cancelled.</returns>
    public Task<long> CancelMatchingAsync(Caller caller, JobQuery query, bool all, CancellationToken cancellationToken) => ForEachAsync(
        caller, query, all, Unfinished, async id => (await ledger.CancelAsync(id, cancellationToken)).Status == TransitionStatus.Applied, cancellationToken);

    /// <summary>Has dead letters run once more.</summary>
    /// <returns>How many were queued.</returns>
    public Task<long> RedriveMatchingAsync(Caller caller, JobQuery query, bool all, CancellationToken cancellationToken) => ForEachAsync(
        caller, query with { DeadLettered = true }, all, [],
        async id => await store.FindAsync(id, cancellationToken) is { } job && await ModuleGoneAsync(job, cancellationToken) is null
            && (await ledger.RetryAsync(id, cancellationToken)).Status == TransitionStatus.Applied,
        cancellationToken);

    /// <summary>Removes dead letters.</summary>
    /// <returns>How many went.</returns>
    public Task<long> PurgeMatchingAsync(Caller caller, JobQuery query, bool all, CancellationToken cancellationToken) => ForEachAsync(
        caller, query with { DeadLettered = true }, all, [],
        async id => (await ledger.RemoveAsync(id, cancellationToken)).Status == TransitionStatus.Applied, cancellationToken);

    private async Task<long> ForEachAsync(
        Caller caller, JobQuery query, bool all, JobState[] states, Func<JobId, Task<bool>> change, CancellationToken cancellationToken)
    {
        if (!all && query is { States.Count: 0, Function: null, Worker: null, Tenant: null })
            throw Refused.OutOfRange("name what the jobs have in common, or ask for all of them");
        if (caller.Narrow(query) is not { } narrowed)
            return 0;
        return await matching.ForEachAsync(narrowed.States.Count == 0 ? narrowed with { States = states } : narrowed, change, cancellationToken);
    }

    /// <summary>Why a job cannot run once more; null when it can.</summary>
    private async ValueTask<string?> ModuleGoneAsync(JobRecord job, CancellationToken cancellationToken)
    {
        var function = await functions.GetForJobAsync(job.Lane.Tenant, job.Function, job.Version, cancellationToken);
        return blobs.Hold(function.Module) is null ? $"the module of {function.Name}@{function.Version} is gone: the function was deleted" : null;
    }
}
