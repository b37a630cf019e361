using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Rendering;

/// <summary>A step of a job.</summary>
/// <param name="Start">ms after the submission.</param>
/// <param name="Duration">ms; null while it goes on.</param>
/// <param name="Detail">One line for people; empty when the name says it all.</param>
public sealed record TraceStep(string Name, double Start, double? Duration, string Detail, IReadOnlyList<TraceStep> Steps);

/// <summary>A job's steps as a tree, from what the orchestrator keeps of it.</summary>
/// <param name="TraceId">Under which a collector of traces has them too; empty when none was told.</param>
/// <param name="Duration">ms from the submission to the outcome; null while there is none.</param>
public sealed record JobTrace(string Job, string Function, string State, string TraceId, double? Duration, IReadOnlyList<TraceStep> Steps)
{
    private const int NameWidth = 44;

    public static JobTrace Of(Job job)
    {
        var begin = job.CreatedAt.ToDateTimeOffset();
        var steps = new List<TraceStep>();
        var waits = 0.0;
        foreach (var attempt in job.Attempts)
        {
            if (attempt.LeasedAt is null)
                continue;
            var leased = Offset(attempt.LeasedAt);
            steps.Add(new TraceStep(attempt.Number == 1 ? "queue" : "back-off and queue", waits, leased - waits, "", []));
            steps.Add(Try(attempt, leased, Offset));
            waits = attempt.FinishedAt is { } finished ? Offset(finished) : leased;
        }

        double? whole = job.FinishedAt is null ? null : Offset(job.FinishedAt);
        if (whole is null && job.State == Contracts.V1.Job.Types.State.Queued)
            steps.Add(new TraceStep(job.Attempts.Count == 0 ? "queue" : "back-off and queue", waits, null, job.Unplaceable, []));
        // traceparent: version-trace-span-flags.
        var trace = job.Traceparent.Split('-') is [_, var id, ..] ? id : "";
        return new JobTrace(job.Id, $"{job.Function}@{job.Version}", JobTables.State(job), trace, whole, steps);

        double Offset(Timestamp at) => (at.ToDateTimeOffset() - begin).TotalMilliseconds;
    }

    public string ToJson() => JsonSerializer.Serialize(this, TraceJson.Default.JobTrace);

    public IEnumerable<string> Lines()
    {
        yield return $"{$"{Job}  {Function}  {State}".PadRight(NameWidth + 14)}{Time(Duration)}";
        if (TraceId.Length > 0)
            yield return $"trace {TraceId}";
        foreach (var line in Lines(Steps, ""))
            yield return line;
    }

    private static IEnumerable<string> Lines(IReadOnlyList<TraceStep> steps, string indent)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var (step, isLast) = (steps[i], i == steps.Count - 1);
            var name = $"{indent}{(isLast ? "└─ " : "├─ ")}{step.Name}{(step.Detail.Length > 0 ? $"  {step.Detail}" : "")}";
            yield return $"{name.PadRight(NameWidth)} {"+" + Time(step.Start),12} {Time(step.Duration),10}".TrimEnd();
            foreach (var line in Lines(step.Steps, indent + (isLast ? "   " : "│  ")))
                yield return line;
        }
    }

    private static TraceStep Try(Attempt attempt, double leased, Func<Timestamp, double> offset)
    {
        double? took = attempt.FinishedAt is { } finished ? offset(finished) - leased : null;
        var end = attempt.Outcome != Attempt.Types.Outcome.Unspecified ? JobTables.Word(attempt.Outcome.ToString())
            : took is null ? "runs" : "handed back";
        var exit = attempt is { HasExitCode: true, ExitCode: not 0 } ? $" {attempt.ExitCode}" : "";
        var steps = new List<TraceStep>();
        if (attempt.Usage is { } usage && took is { } whole)
        {
            var parts = new (string Name, double Took)[]
            {
                ("fetch", Milliseconds(usage.Fetch)), ("compile", Milliseconds(usage.Compile)), ("start", Milliseconds(usage.Start)), ("run", Milliseconds(usage.Run)),
            };
            // What was not measured at the worker went before it and after: to it, waiting for its slot, and back.
            var rest = Math.Max(0, whole - parts.Sum(static part => part.Took));
            var at = leased + (rest / 2);
            foreach (var (name, time) in parts.Where(static part => part.Took > 0))
            {
                steps.Add(new TraceStep(name, at, time, "", []));
                at += time;
            }

            steps.Add(new TraceStep("to the worker and back", leased, rest, "in all", []));
        }

        return new TraceStep($"attempt {attempt.Number}", leased, took, $"on {attempt.Worker}: {end}{exit}", steps);
    }

    private static double Milliseconds(Duration? duration) => duration?.ToTimeSpan().TotalMilliseconds ?? 0;

    private static string Time(double? milliseconds) => milliseconds switch
    {
        null => "…",
        < 10 and var few => few.ToString("0.00", CultureInfo.InvariantCulture) + "ms",
        var many => DurationText.Humanize(TimeSpan.FromMilliseconds(many.Value)),
    };
}

/// <summary>How a trace is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(JobTrace))]
internal sealed partial class TraceJson : JsonSerializerContext;
