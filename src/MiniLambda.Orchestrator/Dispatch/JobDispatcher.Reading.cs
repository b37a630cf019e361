using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>Reads on in the lanes that have room for more than is in memory; one read at a time.</summary>
internal sealed partial class JobDispatcher
{
    private async Task ReadAsync()
    {
        LaneQueue? lane = null;
        try
        {
            while (Begin() is { } next)
            {
                lane = next.Lane;
                var ready = await _store.ReadReadyAsync(lane.Lane, next.Page.After, next.Page.Limit, _stopping.Token);
                var entries = new List<ReadyEntry>(ready.Count);
                foreach (var job in ready)
                {
                    if (await TryDescribeAsync(job) is { } entry)
                        entries.Add(entry);
                }

                lock (_gate)
                    _lanes.EndRead(lane, next.Page, ready, entries, _fleet.CanPlace);
                Pump();
            }
        }
        catch
        {
            lock (_gate)
                _reading = false;
            if (lane is not null)
                RetryLater(lane.Lane);
            throw;
        }

        Succeeded();

        (LaneQueue Lane, LanePage Page)? Begin()
        {
            lock (_gate)
            {
                var next = _lanes.BeginRead();
                _reading = next is not null;
                return next;
            }
        }
    }

    private async ValueTask<ReadyEntry?> TryDescribeAsync(ReadyJob job)
    {
        try
        {
            var function = await _functions.GetForJobAsync(job.Lane.Tenant, job.Function, job.Version, _stopping.Token);
            return new ReadyEntry(job.Id, new ReadyCursor(job.Rank, job.Sequence), job.Lane, function, _functions.ManifestOf(function, job.Overrides));
        }
        catch (InvalidOperationException e)
        {
            // One job that cannot be read must not keep the others from running.
            LogUnreadable(job.Id, e);
            return null;
        }
    }

    [LoggerMessage(1202, LogLevel.Error, "job {Job} cannot be dispatched: it stays in the queue")]
    private partial void LogUnreadable(JobId job, Exception exception);
}
