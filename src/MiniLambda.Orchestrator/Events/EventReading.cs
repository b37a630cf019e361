using MiniLambda.Domain.Events;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Events;

/// <summary>What callers see of the event log: the events of jobs that are theirs, and that workers come and go.</summary>
internal sealed class EventReading(EventFeed feed, IEventLog log)
{
    /// <summary>Opens the log.</summary>
    /// <param name="after">An offset, 0 for the oldest event that is kept, or null for what happens from now on.</param>
    /// <exception cref="RefusedException">What it asks for is no job, function or offset.</exception>
    public async ValueTask<EventWatch> OpenAsync(
        Caller caller, string job, string function, string worker, long? after, CancellationToken cancellationToken)
    {
        JobId? of = job.Length == 0 ? null : JobId.TryParse(job, out var id) ? id : throw Refused.JobNotFound(job);
        if (function.Length > 0 && !FunctionName.TryParse(function, out _))
            throw Refused.FunctionNotFound(function);
        if (after < 0)
            throw Refused.OutOfRange($"{after} is not an offset");
        var filter = new EventFilter(of, function.Length > 0 ? function : null, worker.Length > 0 ? worker : null)
        {
            Tenant = caller.View,
            Functions = caller.Functions,
            HidesWorkers = caller.Scope is not null || caller.Functions.Count > 0,
        };
        return await feed.OpenAsync(filter, after, cancellationToken);
    }

    /// <summary>Holds that a watch that was just opened begins within the log. Apart from opening it: who hears that it stands may act before that.</summary>
    /// <exception cref="RefusedException">It begins after the end.</exception>
    public async ValueTask MustBeginWithinAsync(EventWatch watch, CancellationToken cancellationToken)
    {
        if (watch.IsBeyondEnd)
            throw Refused.EventsTrimmed("the event log ends before this offset: it is not the log that it came from", 0, (await log.RangeAsync(cancellationToken)).First);
    }

    /// <summary>Looks at the next events; waits when there are none.</summary>
    /// <exception cref="RefusedException">The place in the log is gone.</exception>
    public async ValueTask<EventStep> NextAsync(EventWatch watch, CancellationToken cancellationToken)
    {
        var step = await watch.NextAsync(cancellationToken);
        return step.IsTrimmed
            ? throw Refused.EventsTrimmed("events after this offset were removed: their time was over", step.Offset, (await log.RangeAsync(cancellationToken)).First)
            : step;
    }
}
