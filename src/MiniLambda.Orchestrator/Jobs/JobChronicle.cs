using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Metrics;
using MiniLambda.Orchestrator.Traces;
using MiniLambda.Telemetry.Traces;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>Measures, traces and logs every change of a job, once each, after it was committed.</summary>
internal sealed partial class JobChronicle(JobMetrics metrics, JobTraces traces, ILogger<JobChronicle> logger)
{
    /// <param name="from">Its state before; default when it is new.</param>
    public void Moved(JobRecord job, JobState from)
    {
        // Current while it is measured, so that measurements bear the trace as their example.
        using var span = job.Trace is null ? null : traces.Moved(job, from);
        metrics.Moved(job, from);
        if (logger.IsEnabled(LogLevel.Debug))
            Log(job, from);
    }

    private void Log(JobRecord job, JobState from)
    {
        var status = job.Status;
        var trace = TraceParent.Read(job.Trace)?.TraceId.ToHexString() ?? "";
        if (from == default)
            LogAccepted(job.Id, job.Function.Value, job.Version, job.Lane.Tenant, status.State, status.Attempt, status.Worker, trace);
        else
            LogMoved(job.Id, job.Lane.Tenant, from, status.State, status.Attempt, status.Worker, status.IsFinal ? $"{status.Report?.Outcome}" : "", trace);
    }

    [LoggerMessage(1921, LogLevel.Debug, "job {Job} of {Function}@{Version} for tenant {Tenant} is accepted as {State}: attempt {Attempt}, worker '{Worker}', trace '{Trace}'")]
    private partial void LogAccepted(JobId job, string function, int version, string tenant, JobState state, int attempt, string worker, string trace);

    [LoggerMessage(1922, LogLevel.Debug, "job {Job} of tenant {Tenant} went from {From} to {State}: attempt {Attempt}, worker '{Worker}', outcome '{Outcome}', trace '{Trace}'")]
    private partial void LogMoved(JobId job, string tenant, JobState from, JobState state, int attempt, string worker, string outcome, string trace);
}
