using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Enrolment;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>Drains, resumes and removes workers: what is decided is stored first, then acted on. One decision at a time.</summary>
internal sealed partial class FleetAdministration : IDisposable
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromDays(30);

    private readonly IWorkerStore _store;
    private readonly NodeRegistry _nodes;
    private readonly Fleet _fleet;
    private readonly AttemptLedger _ledger;
    private readonly JobDispatcher _dispatcher;
    private readonly TimeProvider _clock;
    private readonly ILogger<FleetAdministration> _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ITimer _deadline;

    public FleetAdministration(
        IWorkerStore store, NodeRegistry nodes, Fleet fleet, AttemptLedger ledger, JobDispatcher dispatcher, TimeProvider clock, ILogger<FleetAdministration> logger)
    {
        (_store, _nodes, _fleet, _ledger, _dispatcher, _clock, _logger) = (store, nodes, fleet, ledger, dispatcher, clock, logger);
        _deadline = clock.CreateTimer(_ => _ = ObserveAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes over what was decided before the orchestrator started.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        _fleet.Restore(await _store.ListAsync(cancellationToken));
        Schedule(TimeSpan.Zero);
    }

    /// <summary>A worker finishes what it holds and takes nothing new.</summary>
    /// <param name="within">After so long, what it still holds goes back to the queue; null without a deadline.</param>
    /// <exception cref="RefusedException">There is no such worker, or the deadline is none.</exception>
    public Task DrainAsync(string worker, TimeSpan? within) => DecideAsync(worker, async () =>
    {
        if (within < TimeSpan.Zero || within > LongestDrain)
            throw Refused.Invalid("DEADLINE_INVALID", $"a drain's deadline is between 0s and {DurationText.Format(LongestDrain)}");
        var now = _clock.GetUtcNow();
        await _store.DrainAsync(worker, now, now + within, CancellationToken.None);
        _fleet.Drain(worker, now, within);
        _dispatcher.WorkerLeft();
        Schedule(TimeSpan.Zero);
        LogDrained(worker);
    });

    /// <summary>A drained worker takes jobs again.</summary>
    /// <exception cref="RefusedException">There is no such worker.</exception>
    public Task ResumeAsync(string worker) => DecideAsync(worker, async () =>
    {
        await _store.ResumeAsync(worker, CancellationToken.None);
        _fleet.Resume(worker);
        _dispatcher.WorkerJoined();
        LogResumed(worker);
    });

    /// <summary>A worker is cut off, what it held goes to others, and it is forgotten. Returns how many jobs it held.</summary>
    /// <exception cref="RefusedException">There is no such worker.</exception>
    public async Task<int> RemoveAsync(string worker)
    {
        var fenced = 0;
        await DecideAsync(worker, async () =>
        {
            // Before the stream is cut, so that it does not come back with what it has.
            await _nodes.RevokeAsync(worker);
            await _store.RemoveAsync(worker, _fleet.InstanceOf(worker), CancellationToken.None);
            fenced = _fleet.Remove(worker);
            _dispatcher.WorkerLeft();
            LogRemoved(worker, fenced);
            // What fails here the lease monitor tries again.
            await _ledger.SettleOrphansAsync(CancellationToken.None);
            _fleet.ForgetRemoved();
        }, isKnown: _nodes.Stands(worker));
        return fenced;
    }

    /// <summary>Hands back what drained workers hold past their deadline, and forgets removed workers whose jobs are settled.</summary>
    public async Task TendAsync(CancellationToken cancellationToken)
    {
        var expired = _fleet.ExpireDrains();
        try
        {
            await _ledger.SettleOrphansAsync(cancellationToken);
        }
        finally
        {
            // Only those that are queued again: the report of a guest that is stopped while its lease stands would end the job.
            foreach (var (node, id, attempt) in expired)
                _fleet.SessionWithout(node, id, attempt)?.TrySend(LeaseMessage.Cancel(id, attempt));
            _fleet.ForgetRemoved();
        }
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _turn.Dispose();
    }

    private async Task DecideAsync(string worker, Func<Task> decide, bool isKnown = false)
    {
        await _turn.WaitAsync();
        try
        {
            if (!isKnown && !_fleet.Knows(worker))
                throw Refused.WorkerNotFound(worker);
            await decide();
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Schedule(TimeSpan soonest)
    {
        if (_fleet.NextDrainDeadline() is not { } wait)
            return;
        // A little late rather than a little early: a timer that fires before the moment would find nothing.
        var late = wait + TimeSpan.FromMilliseconds(1);
        _deadline.Change(late < soonest ? soonest : late, Timeout.InfiniteTimeSpan);
    }

    private async Task ObserveAsync()
    {
        try
        {
            await TendAsync(CancellationToken.None);
            // What is being committed at this moment, and may yet fail, is not waited for in a loop.
            Schedule(TimeSpan.FromSeconds(1));
        }
        catch (Exception e)
        {
            // The lease monitor tends again soon.
            LogTendFailed(e);
        }
    }

    [LoggerMessage(1601, LogLevel.Information, "worker {Worker} is drained: it takes no new jobs until it is resumed")]
    private partial void LogDrained(string worker);

    [LoggerMessage(1602, LogLevel.Information, "worker {Worker} is resumed")]
    private partial void LogResumed(string worker);

    [LoggerMessage(1603, LogLevel.Information, "worker {Worker} is removed; {Count} jobs that it held go to others")]
    private partial void LogRemoved(string worker, int count);

    [LoggerMessage(1604, LogLevel.Error, "jobs of drained workers could not be handed back; it is tried again")]
    private partial void LogTendFailed(Exception exception);
}
