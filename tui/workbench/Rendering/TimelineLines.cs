using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Where a job's time went, attempt by attempt on one scale, and what happened to it.</summary>
public static class TimelineLines
{
    private const int NameWidth = 10;
    private const int TimeWidth = 9;

    public static IReadOnlyList<ScreenLine> Of(Detail detail, DateTimeOffset now, int width)
    {
        if (detail.Job is not { } job)
            return [ScreenLine.Of(" reading …", ThemeRole.Muted)];
        var begin = job.CreatedAt.ToDateTimeOffset();
        var end = job.FinishedAt?.ToDateTimeOffset() ?? now;
        var scale = new Scale(begin, end > begin ? end - begin : TimeSpan.FromMilliseconds(1), Math.Max(8, width - NameWidth - TimeWidth - 4));
        var lines = new List<ScreenLine>();
        var queuedFrom = begin;
        foreach (var attempt in job.Attempts)
        {
            if (attempt.LeasedAt is { } leased)
                lines.Add(Bar("queued", scale, queuedFrom, leased.ToDateTimeOffset(), ThemeRole.Queued));
            AddAttempt(lines, attempt, scale, now);
            queuedFrom = attempt.FinishedAt?.ToDateTimeOffset() ?? now;
        }

        if (job.FinishedAt is null && (job.Attempts.Count == 0 || job.State == Job.Types.State.Queued))
            lines.Add(Bar("queued", scale, queuedFrom, now, ThemeRole.Queued));
        if (job.Usage is { } usage)
        {
            lines.Add(ScreenLine.Empty);
            lines.Add(DetailLines.Fact("cpu", $"{JobTables.Time(usage.Cpu)}, {ByteSize.Format(usage.PeakMemory)} of memory at most"
                + (usage.Fuel > 0 ? $", {usage.Fuel} fuel" : "")));
        }

        if (detail.Events is { Count: > 0 } events)
        {
            lines.Add(ScreenLine.Empty);
            lines.AddRange(events.Select(happened => EventLine(happened)));
        }

        return lines;
    }

    /// <summary>An event as a line: when, what, where.</summary>
    public static ScreenLine EventLine(Event happened, bool hasJob = false)
    {
        var line = new ScreenLine().Add($" {happened.At.ToDateTimeOffset().ToLocalTime():HH:mm:ss.fff} ", ThemeRole.Muted)
            .Cell(JobTables.Word(happened.Kind.ToString()), 16, Role(happened.Kind));
        if (hasJob && happened.Job is { } job)
            line.Add($"{job.Id} {job.Function}@{job.Version}  ", ThemeRole.Name);
        if (happened.Worker.Length > 0)
            line.Add($"{happened.Worker}  ");
        if (happened.Job is { Attempt: > 0 } tried)
            line.Add($"attempt {tried.Attempt}  ", ThemeRole.Muted);
        return line.Add(happened.Detail, ThemeRole.Muted);
    }

    private static void AddAttempt(List<ScreenLine> lines, Attempt attempt, Scale scale, DateTimeOffset now)
    {
        var outcome = attempt.Outcome == Attempt.Types.Outcome.Unspecified
            ? attempt.FinishedAt is null ? "runs" : "handed back"
            : JobTables.Word(attempt.Outcome.ToString());
        var role = attempt.Outcome switch
        {
            Attempt.Types.Outcome.Succeeded => ThemeRole.Succeeded,
            Attempt.Types.Outcome.Unspecified => ThemeRole.Running,
            Attempt.Types.Outcome.Cancelled => ThemeRole.Away,
            _ => ThemeRole.Failed,
        };
        lines.Add(new ScreenLine().Add($" attempt {attempt.Number}", ThemeRole.Heading).Add($" on {attempt.Worker}: ", ThemeRole.Muted).Add(outcome, role)
            .Add(attempt.HasExitCode && attempt.ExitCode != 0 ? $" {attempt.ExitCode}" : "", role)
            .Add(attempt.Message.Length > 0 ? $"  {attempt.Message}" : "", ThemeRole.Failed));
        if (attempt.LeasedAt is not { } leased)
            return;
        var at = leased.ToDateTimeOffset();
        var finished = attempt.FinishedAt?.ToDateTimeOffset() ?? now;
        if (attempt.Usage is not { } usage)
        {
            lines.Add(Bar("running", scale, at, finished, role));
            return;
        }

        foreach (var (name, time, bar) in ((string, Google.Protobuf.WellKnownTypes.Duration?, ThemeRole)[])
            [("fetch", usage.Fetch, ThemeRole.SecondCurve), ("compile", usage.Compile, ThemeRole.ThirdCurve), ("start", usage.Start, ThemeRole.FirstCurve), ("run", usage.Run, role)])
        {
            if (time is null || time.ToTimeSpan() <= TimeSpan.Zero)
                continue;
            lines.Add(Bar(name, scale, at, at + time.ToTimeSpan(), bar));
            at += time.ToTimeSpan();
        }
    }

    private static ScreenLine Bar(string name, Scale scale, DateTimeOffset from, DateTimeOffset to, ThemeRole role)
    {
        var (start, length) = scale.Place(from, to);
        return new ScreenLine().Add("   ").Cell(name, NameWidth - 2, ThemeRole.Muted).Add(new string(' ', start)).Add(new string('█', length), role)
            .PadTo(scale.Columns + NameWidth + 1).Cell(JobRows.Short(to - from), TimeWidth, isRight: true);
    }

    private static ThemeRole Role(Event.Types.Kind kind) => kind switch
    {
        Event.Types.Kind.Started or Event.Types.Kind.Leased or Event.Types.Kind.WorkerJoined or Event.Types.Kind.WorkerResumed => ThemeRole.Running,
        Event.Types.Kind.Finished => ThemeRole.Succeeded,
        Event.Types.Kind.Retrying or Event.Types.Kind.Expired or Event.Types.Kind.WorkerLost => ThemeRole.Failed,
        Event.Types.Kind.Submitted or Event.Types.Kind.Redriven => ThemeRole.Queued,
        Event.Types.Kind.WorkerSuspect or Event.Types.Kind.WorkerDraining or Event.Types.Kind.Returned => ThemeRole.Suspect,
        _ => ThemeRole.Away,
    };

    private sealed record Scale(DateTimeOffset Begin, TimeSpan Whole, int Columns)
    {
        public (int Start, int Length) Place(DateTimeOffset from, DateTimeOffset to)
        {
            var start = Math.Clamp((int)((from - Begin) / Whole * Columns), 0, Columns - 1);
            var end = Math.Clamp((int)Math.Ceiling((to - Begin) / Whole * Columns), start + 1, Columns);
            return (start, end - start);
        }
    }
}
