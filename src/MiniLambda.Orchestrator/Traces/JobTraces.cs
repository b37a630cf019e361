using System.Diagnostics;
using MiniLambda.Domain.Jobs;
using MiniLambda.Telemetry.Traces;

namespace MiniLambda.Orchestrator.Traces;

/// <summary>
/// The spans of jobs: <c>submit</c>, and under it <c>queue</c>, <c>lease</c> and <c>outcome</c>; the worker's hang beside them. Only a job whose trace is
/// kept has any, and those of the others cost a look at a field.
/// </summary>
internal sealed class JobTraces(TimeProvider clock)
{
    public const string SourceName = "MiniLambda.Orchestrator";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A job is being submitted.</summary>
    /// <param name="caller">The <c>traceparent</c> that the caller sent; null when none.</param>
    public static SubmitTrace Begin(string? caller, JobId id, JobRequestLabels labels)
    {
        if (!Source.HasListeners())
            return caller is null ? default : new SubmitTrace(null, null, TraceParent.IfSampled(caller));
        // The web server has an activity of its own, which is nobody's parent: it is sent nowhere.
        var around = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity("submit", ActivityKind.Server, TraceParent.Read(caller) ?? default);
        if (span is not { Recorded: true })
        {
            span?.Dispose();
            Activity.Current = around;
            return default;
        }

        span.SetTag("minilambda.job", id.Value).SetTag("minilambda.function", labels.Function).SetTag("minilambda.tenant", labels.Tenant);
        return new SubmitTrace(span, around, span.Id);
    }

    /// <summary>A job changed its state. Returns the span of its outcome, which is current until it is disposed; null for other changes.</summary>
    public Activity? Moved(JobRecord job, JobState from)
    {
        if (!Source.HasListeners() || TraceParent.Read(job.Trace) is not { } parent)
            return null;
        var status = job.Status;
        var now = clock.GetUtcNow();
        if (status is { State: JobState.Leased, LeasedAt: { } leased })
        {
            Write("queue", parent, job, status.NotBefore < leased ? status.NotBefore : leased, leased);
            Write("lease", parent, job, leased, now);
        }

        if (!status.IsFinal)
            return null;
        var outcome = Source.StartActivity("outcome", ActivityKind.Internal, parent, startTime: status.FinishedAt ?? now);
        outcome?.SetTag("minilambda.attempt", status.Attempt).SetTag("minilambda.state", $"{status.State}");
        if (outcome is not null && status.State != JobState.Succeeded)
            outcome.SetStatus(ActivityStatusCode.Error, status.Report?.Message);
        return outcome;
    }

    private static void Write(string name, ActivityContext parent, JobRecord job, DateTimeOffset from, DateTimeOffset to)
    {
        using var span = Source.StartActivity(name, ActivityKind.Internal, parent, startTime: from);
        span?.SetTag("minilambda.attempt", job.Status.Attempt).SetTag("minilambda.worker", job.Status.Worker);
        span?.SetEndTime((to > from ? to : from).UtcDateTime);
    }
}

/// <summary>What a submission is known by.</summary>
internal readonly record struct JobRequestLabels(string Function, string Tenant);

/// <summary>The span of a submission, until it is disposed; default when there is none.</summary>
/// <param name="Trace">What the job's other spans hang on; null when its trace is not kept.</param>
internal readonly record struct SubmitTrace(Activity? Span, Activity? Around, string? Trace) : IDisposable
{
    public void Refused(string reason) => Span?.SetStatus(ActivityStatusCode.Error, reason);

    public void Dispose()
    {
        if (Span is null)
            return;
        Span.Dispose();
        Activity.Current = Around;
    }
}
