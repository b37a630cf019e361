using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Jobs;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>Jobs whose time comes: those that are delayed or wait out a back-off become ready, those whose time to live is over fail.</summary>
internal sealed partial class DueJobs : IDisposable
{
    /// <summary>Jobs of one change: others come in between.</summary>
    private const int MaxAtOnce = 500;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly IJobStore _store;
    private readonly JobEvents _events;
    private readonly TimeProvider _time;
    private readonly Action<IEnumerable<Lane>> _becameReady;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly DueClock _clock;
    private readonly ClockJumps _jumps;

    // Ticks that the clock was set back by, and that the store has not taken off back-offs yet.
    private long _owed;

    public DueJobs(IJobStore store, JobEvents events, TimeProvider time, Action<IEnumerable<Lane>> becameReady, ILogger logger)
    {
        (_store, _events, _time, _becameReady, _logger) = (store, events, time, becameReady, logger);
        _clock = new DueClock(time, () => _ = RunAsync());
        _jumps = new ClockJumps(time);
    }

    /// <summary>Looks after a queued job's moments; true when it may not run yet.</summary>
    public bool Note(JobRecord job)
    {
        if (_jumps.IsBack)
            _clock.Schedule(_time.GetUtcNow());
        if (job.Status.ExpiresAt is { } expires)
            _clock.Schedule(expires);
        if (job.Status.NotBefore <= _time.GetUtcNow() || IsReadyAtOnce(job))
            return false;
        _clock.Schedule(job.Status.NotBefore);
        return true;
    }

    /// <summary>Does what is due, and finds out what comes next.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ShortenBackoffsAsync();
            // Read before the store is: what is due until then the store shows, what is due later is looked up.
            var now = _time.GetUtcNow();
            while (await _store.AdmitDueAsync(now, MaxAtOnce, _stopping.Token) is { Count: > 0 } lanes)
                _becameReady(lanes.Distinct());
            while (await _store.ExpireAsync(now, MaxAtOnce, _stopping.Token) is { Count: > 0 } changes)
            {
                foreach (var change in changes)
                    _events.Publish(change.Job!, change.From);
            }

            if (await _store.NextDueAsync(_stopping.Token) is { } due)
                _clock.Schedule(due);
            if (await _store.NextExpiryAsync(_stopping.Token) is { } expiry)
                _clock.Schedule(expiry);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // What is due stands in the store and is found at the next start.
        }
        catch (Exception e)
        {
            LogFailed(e);
            _clock.Schedule(_time.GetUtcNow() + AfterFailure);
        }
    }

    // The store has it among those that may run, so nothing would bring it up later: the clock may have been set back while it was stored.
    private static bool IsReadyAtOnce(JobRecord job) =>
        job.Status.NotBefore <= job.CreatedAt || job.Status.NotBefore <= job.Status.FinishedAt || job.Status is { Attempt: > 0, Failures: 0 };

    // A back-off is a length of time: it would last for as long again as the clock was set back.
    private async Task ShortenBackoffsAsync()
    {
        var back = _jumps.TakeBack() + TimeSpan.FromTicks(Interlocked.Exchange(ref _owed, 0));
        if (back == TimeSpan.Zero)
            return;
        try
        {
            LogSetBack(back, await _store.ShortenBackoffsAsync(back, _stopping.Token));
        }
        catch
        {
            Interlocked.Add(ref _owed, back.Ticks);
            throw;
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _clock.Dispose();
        _stopping.Dispose();
    }

    [LoggerMessage(1204, LogLevel.Warning, "the wall clock was set back by {Back}: {Jobs} jobs that wait out a back-off wait no longer for that")]
    private partial void LogSetBack(TimeSpan back, int jobs);

    [LoggerMessage(1203, LogLevel.Error, "jobs whose time has come could not be looked after; it is tried again")]
    private partial void LogFailed(Exception exception);
}
