using System.Diagnostics.Metrics;
using MiniLambda.Domain.Jobs;
using MiniLambda.Telemetry.Metrics;

namespace MiniLambda.Orchestrator.Metrics;

/// <summary>Counts jobs and attempts and how long they take. Costs nothing but a look at a flag while nobody listens, and allocates nothing else either.</summary>
internal sealed class JobMetrics(Meter meter, TenantLabels tenants)
{
    private static readonly KeyValuePair<string, object?>[] Outcomes = Tags<AttemptOutcome>("minilambda.outcome");
    private static readonly KeyValuePair<string, object?>[] States = Tags<JobState>("minilambda.state");
    private static readonly KeyValuePair<string, object?>[] Sources = Tags<ArtifactSource>("minilambda.artifact");
    private static readonly KeyValuePair<string, object?>[] Limits = Tags<AttemptOutcome>("minilambda.limit");

    private readonly Counter<long> _submitted = meter.CreateCounter<long>("minilambda.job.submitted", "{job}", "Jobs accepted, by tenant");
    private readonly Counter<long> _finished = meter.CreateCounter<long>("minilambda.job.finished", "{job}", "Jobs that have their outcome, by tenant and state");
    private readonly Counter<long> _attempts = meter.CreateCounter<long>("minilambda.attempt.finished", "{attempt}", "Attempts that ended, by outcome");
    private readonly Counter<long> _retries = meter.CreateCounter<long>("minilambda.attempt.retries", "{attempt}", "Attempts that failed and are followed by another, by outcome");
    private readonly Counter<long> _returned = meter.CreateCounter<long>("minilambda.attempt.returned", "{attempt}", "Attempts that a worker handed back");
    private readonly Counter<long> _limits = meter.CreateCounter<long>("minilambda.attempt.limits", "{attempt}", "Attempts that ran into a limit, by which");
    private readonly Counter<long> _starts = meter.CreateCounter<long>("minilambda.attempt.starts", "{attempt}", "Guests that began, by where the compiled module was: cold is compiled or disk, warm is memory");
    private readonly Counter<long> _dead = meter.CreateCounter<long>("minilambda.job.dead_lettered", "{job}", "Jobs that came to the dead-letter list");
    private readonly Counter<double> _cpu = meter.CreateCounter<double>("minilambda.tenant.cpu.time", "s", "CPU time of guests, by tenant");

    private readonly Histogram<double> _whole = Duration(meter, "minilambda.job.duration", "From submission to the outcome");
    private readonly Histogram<double> _queue = Duration(meter, "minilambda.job.queue.duration", "From when a job could run to its lease");
    private readonly Histogram<double> _placement = Duration(meter, "minilambda.placement.duration", "From when a job had a free slot to when its lease was sent");
    private readonly Histogram<double> _attempt = Duration(meter, "minilambda.attempt.duration", "From a lease to the end of its attempt");
    private readonly Histogram<double> _fetch = Duration(meter, "minilambda.attempt.fetch.duration", "Fetching module and input, where they had to be fetched");
    private readonly Histogram<double> _compile = Duration(meter, "minilambda.attempt.compile.duration", "Compiling the module, where an attempt waited for that");
    private readonly Histogram<double> _start = Duration(meter, "minilambda.attempt.start.duration", "Loading, linking and instantiating a guest");
    private readonly Histogram<double> _run = Duration(meter, "minilambda.attempt.run.duration", "From a guest's first instruction to its last");

    /// <summary>A lease was sent.</summary>
    /// <param name="begun">When there was a free slot for it, on the monotonic clock.</param>
    public void Placed(long begun, TimeProvider clock)
    {
        if (_placement.Enabled)
            _placement.Record(clock.GetElapsedTime(begun).TotalSeconds);
    }

    /// <summary>A job changed its state; from default when it is new.</summary>
    public void Moved(JobRecord job, JobState from)
    {
        if (!_submitted.Enabled)
            return;
        var status = job.Status;
        if (from == default)
            _submitted.Add(1, tenants.Of(job.Lane.Tenant));
        if (status.State == JobState.Leased && status.LeasedAt is { } leased)
            _queue.Record(Positive(leased - status.NotBefore));
        if (from is JobState.Leased or JobState.Running && status.State is not (JobState.Leased or JobState.Running))
            AttemptEnded(job);
        if (!status.IsFinal)
            return;
        _finished.Add(1, tenants.Of(job.Lane.Tenant), States[(int)status.State]);
        if (status.DeadLettered)
            _dead.Add(1);
        // Who is cancelled says nothing of how long jobs take.
        if (status is { State: not JobState.Cancelled, FinishedAt: { } finished })
            _whole.Record(Positive(finished - job.CreatedAt));
    }

    private void AttemptEnded(JobRecord job)
    {
        var status = job.Status;
        var isQueued = status.State == JobState.Queued;
        // A back-off tells an attempt that failed from one that was handed back.
        if (isQueued && !(status.NotBefore > status.FinishedAt))
        {
            _returned.Add(1);
            return;
        }

        if (status.Report is not { } report)
            return;
        var outcome = Outcomes[(int)report.Outcome];
        _attempts.Add(1, outcome);
        if (isQueued)
            _retries.Add(1, outcome);
        if (report.Outcome is AttemptOutcome.Timeout or AttemptOutcome.MemoryLimit or AttemptOutcome.FuelLimit or AttemptOutcome.OutputLimit
            or AttemptOutcome.ScratchLimit or AttemptOutcome.OpenFilesLimit)
            _limits.Add(1, Limits[(int)report.Outcome]);
        if (status is { LeasedAt: { } leased, FinishedAt: { } finished })
            _attempt.Record(Positive(finished - leased));
        var usage = report.Usage;
        if (usage.Artifact == ArtifactSource.None)
            return;
        _starts.Add(1, Sources[(int)usage.Artifact]);
        _start.Record(usage.Start.TotalSeconds);
        _run.Record(usage.Run.TotalSeconds);
        if (usage.Fetch > TimeSpan.Zero)
            _fetch.Record(usage.Fetch.TotalSeconds);
        if (usage.Compile > TimeSpan.Zero)
            _compile.Record(usage.Compile.TotalSeconds);
        _cpu.Add(usage.Cpu.TotalSeconds, tenants.Of(job.Lane.Tenant));
    }

    // The wall clock may be set back.
    private static double Positive(TimeSpan span) => Math.Max(0, span.TotalSeconds);

    private static Histogram<double> Duration(Meter meter, string name, string description) =>
        meter.CreateHistogram(name, "s", description, tags: null, Buckets.Durations);

    private static KeyValuePair<string, object?>[] Tags<T>(string key)
        where T : struct, Enum
    {
        var tags = new KeyValuePair<string, object?>[Enum.GetValues<T>().Max(static value => Convert.ToInt32(value, null)) + 1];
        foreach (var value in Enum.GetValues<T>())
            tags[Convert.ToInt32(value, null)] = KeyValuePair.Create(key, (object?)AttributeText.Of(value.ToString()));
        return tags;
    }
}
