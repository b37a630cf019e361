using System.Collections.Concurrent;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>
/// Counts what workers say of attempts that they do not hold. Most of it is late: the job was cancelled, or the lease ran out. What was never the
/// worker's is warned of, seldom: whoever floods must flood neither the log nor the store.
/// </summary>
internal sealed partial class StrayReports(IJobStore store, TimeProvider clock, ILogger<StrayReports> logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    /// <summary>Workers that are remembered.</summary>
    private const int MaxWorkers = 10_000;

    private readonly ConcurrentDictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private long _total;

    /// <summary>How many there were since the orchestrator started, late ones included.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <param name="what">A word for what it was.</param>
    public async Task NoteAsync(string worker, string what, JobId job, int attempt)
    {
        Interlocked.Increment(ref _total);
        if (_tallies.Count >= MaxWorkers)
            _tallies.Clear();
        var tally = _tallies.GetOrAdd(worker, static _ => new Tally());
        var count = Interlocked.Increment(ref tally.Count);
        if (!MayPass(ref tally.Looked, BetweenLooks) || await WasItsOwnAsync(worker, job, attempt) || !MayPass(ref tally.Warned, BetweenWarnings))
            return;
        LogStray(worker, what, job, attempt, count);
    }

    private async ValueTask<bool> WasItsOwnAsync(string worker, JobId id, int attempt)
    {
        // Of a job that was removed nothing is known any more.
        if (await store.FindAsync(id, CancellationToken.None) is not { } job)
            return false;
        if (job.Status.Worker == worker && job.Status.Attempt == attempt)
            return true;
        return (await store.ListAttemptsAsync(id, CancellationToken.None)).Any(a => a.Attempt == attempt && a.Worker == worker);
    }

    private bool MayPass(ref long last, TimeSpan between)
    {
        var (now, before) = (clock.GetTimestamp(), Volatile.Read(ref last));
        return (before == 0 || clock.GetElapsedTime(before, now) >= between) && Interlocked.CompareExchange(ref last, now, before) == before;
    }

    [LoggerMessage(1505, LogLevel.Warning,
        "worker {Worker} sent a {What} of job {Job} attempt {Attempt}, which it never held: it was refused ({Count} such or late ones so far)")]
    private partial void LogStray(string worker, string what, JobId job, int attempt, long count);

    private sealed class Tally
    {
        public long Count;
        public long Looked;
        public long Warned;
    }
}
