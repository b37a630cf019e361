using System.Diagnostics;
using MiniLambda.Contracts.V1;
using MiniLambda.Telemetry.Traces;

namespace MiniLambda.Worker.Traces;

/// <summary>
/// The spans of one attempt at a worker: <c>attempt</c>, and under it <c>fetch</c>, <c>compile</c>, <c>start</c> and <c>run</c>, as long as they took. By this
/// machine's clock.
/// </summary>
internal sealed class AttemptTrace
{
    public const string SourceName = "MiniLambda.Worker";

    private static readonly ActivitySource Source = new(SourceName);

    private readonly Activity? _attempt;
    private readonly string _lease;
    private DateTime? _ran;

    private AttemptTrace(Activity? attempt, string lease) => (_attempt, _lease) = (attempt, lease);

    /// <summary>What the guest's own spans hang on.</summary>
    public string Parent => _attempt?.Id ?? _lease;

    /// <summary>Null unless the job's trace is kept.</summary>
    public static AttemptTrace? Begin(Lease lease)
    {
        if (lease.Traceparent.Length == 0 || TraceParent.IfSampled(lease.Traceparent) is not { } parent)
            return null;
        var around = Activity.Current;
        var attempt = Source.StartActivity("attempt", ActivityKind.Consumer, TraceParent.Read(parent)!.Value);
        // It goes on when this returns, and what comes next on the stream is none of it.
        Activity.Current = around;
        attempt?.SetTag("minilambda.job", lease.JobId).SetTag("minilambda.attempt", lease.Attempt).SetTag("minilambda.function", lease.Function);
        return new AttemptTrace(attempt, parent);
    }

    /// <summary>The guest is at its end.</summary>
    public void Ran() => _ran = Now();

    /// <summary>The end is told from now on.</summary>
    public void End(WorkerMessage ending)
    {
        if (_attempt is not { IsStopped: false } attempt)
            return;
        var now = Now();
        if (ending.Completed is { } completed)
        {
            attempt.SetTag("minilambda.outcome", $"{completed.Outcome}");
            if (completed.Outcome != Attempt.Types.Outcome.Succeeded)
                attempt.SetStatus(ActivityStatusCode.Error, completed.Message);
            if (completed.Usage is { } usage)
                Steps(usage, _ran ?? now);
        }
        else
        {
            attempt.SetTag("minilambda.outcome", "returned");
        }

        attempt.SetEndTime(now);
        var around = Activity.Current;
        attempt.Stop();
        Activity.Current = around;
    }

    // What was measured tells how long each took; they follow each other, the last up to the guest's end.
    private void Steps(Usage usage, DateTime ran)
    {
        var begun = _attempt!.StartTimeUtc;
        var run = ran - usage.Run.ToTimeSpan();
        var fetched = Write("fetch", begun, usage.Fetch.ToTimeSpan());
        Write("compile", fetched, usage.Compile.ToTimeSpan());
        Write("start", run - usage.Start.ToTimeSpan(), usage.Start.ToTimeSpan());
        Write("run", run, usage.Run.ToTimeSpan());
    }

    private DateTime Write(string name, DateTime from, TimeSpan took)
    {
        if (took <= TimeSpan.Zero)
            return from;
        var around = Activity.Current;
        using (var span = Source.StartActivity(name, ActivityKind.Internal, _attempt!.Context, startTime: new DateTimeOffset(from, TimeSpan.Zero)))
            span?.SetEndTime(from + took);
        Activity.Current = around;
        return from + took;
    }

#pragma warning disable RS0030 // Spans bear the time of the machine, as those of every other program do.
    private static DateTime Now() => DateTime.UtcNow;
#pragma warning restore RS0030
}
