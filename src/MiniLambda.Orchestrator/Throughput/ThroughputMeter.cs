using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Throughput;

/// <summary>
/// How jobs went within the last minute: a ring of seconds, each with its counts and histograms. Bounded (about 250 KB) and cheap: a job costs some
/// counts, and a lock is taken once a second.
/// </summary>
internal sealed class ThroughputMeter(TimeProvider clock)
{
    private const int LatencySeconds = 60;
    private const int RateSeconds = 10;

    // Some more than are read, so that none is read while it begins anew.
    private readonly Second[] _ring = [.. Enumerable.Range(0, LatencySeconds + 4).Select(static _ => new Second())];
    private readonly long _begun = clock.GetTimestamp();
    private readonly Lock _gate = new();

    /// <summary>A job changed its state.</summary>
    /// <param name="from">Its state before; default when it is new.</param>
    public void Moved(JobRecord job, JobState from)
    {
        if (from == default)
            Interlocked.Increment(ref Now().Submitted);
        var status = job.Status;
        // Who is cancelled says nothing of how jobs go.
        if (!status.IsFinal || status.State == JobState.Cancelled || status.FinishedAt is not { } finished)
            return;
        var now = Now();
        Interlocked.Increment(ref status.State == JobState.Succeeded ? ref now.Succeeded : ref now.Failed);
        now.Whole.Add(finished - job.CreatedAt);
        if (status.LeasedAt is not { } leased)
            return;
        now.Queue.Add(leased - job.CreatedAt);
        now.Attempt.Add(finished - leased);
    }

    public ThroughputView View()
    {
        var elapsed = clock.GetElapsedTime(_begun).TotalSeconds;
        var current = (long)elapsed;
        // The second under way counts for as much of it as is over.
        var span = Math.Max(1, Math.Min(elapsed, RateSeconds - 1 + (elapsed - current)));
        var (submitted, succeeded, failed) = (0L, 0L, 0L);
        var (queue, attempt, whole) = (LatencyHistogram.NewTotals(), LatencyHistogram.NewTotals(), LatencyHistogram.NewTotals());
        foreach (var second in _ring)
        {
            var age = current - Volatile.Read(ref second.Number);
            if (age is < 0 or >= LatencySeconds)
                continue;
            second.Queue.AddTo(queue);
            second.Attempt.AddTo(attempt);
            second.Whole.AddTo(whole);
            if (age >= RateSeconds)
                continue;
            submitted += Volatile.Read(ref second.Submitted);
            succeeded += Volatile.Read(ref second.Succeeded);
            failed += Volatile.Read(ref second.Failed);
        }

        return new ThroughputView(submitted / span, succeeded / span, failed / span, LatencyView.Of(queue), LatencyView.Of(attempt), LatencyView.Of(whole));
    }

    private Second Now()
    {
        var number = (long)clock.GetElapsedTime(_begun).TotalSeconds;
        var second = _ring[number % _ring.Length];
        if (Volatile.Read(ref second.Number) == number)
            return second;
        lock (_gate)
        {
            // One who is late by a whole turn of the ring counts in what stands there now.
            if (second.Number < number)
                second.Begin(number);
        }

        return second;
    }

    private sealed class Second
    {
        public long Number = -1;
        public long Submitted;
        public long Succeeded;
        public long Failed;

        public LatencyHistogram Queue { get; } = new();

        public LatencyHistogram Attempt { get; } = new();

        public LatencyHistogram Whole { get; } = new();

        public void Begin(long number)
        {
            (Submitted, Succeeded, Failed) = (0, 0, 0);
            Queue.Clear();
            Attempt.Clear();
            Whole.Clear();
            Volatile.Write(ref Number, number);
        }
    }
}

/// <summary>Jobs a second over the last ten seconds, and how long those of the last minute took.</summary>
/// <param name="Failed">Timed out ones among them.</param>
/// <param name="Queue">From submission to the newest attempt's lease.</param>
/// <param name="Attempt">From the lease to the outcome.</param>
/// <param name="Whole">From submission to the outcome.</param>
internal sealed record ThroughputView(double Submitted, double Succeeded, double Failed, LatencyView Queue, LatencyView Attempt, LatencyView Whole);

/// <summary>Nulls when there was nothing.</summary>
internal readonly record struct LatencyView(TimeSpan? P50, TimeSpan? P95, TimeSpan? P99)
{
    public static LatencyView Of(long[] totals) =>
        new(LatencyHistogram.Percentile(totals, 0.5), LatencyHistogram.Percentile(totals, 0.95), LatencyHistogram.Percentile(totals, 0.99));
}
