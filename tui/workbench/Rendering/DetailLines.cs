using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>What the tabs of the details pane say, but for the log.</summary>
public static class DetailLines
{
    /// <summary>The tabs of a subject, in order.</summary>
    public static IReadOnlyList<DetailTab> Tabs(Subject subject) => subject switch
    {
        JobSubject => [DetailTab.Logs, DetailTab.Input, DetailTab.Result, DetailTab.Manifest, DetailTab.Explain, DetailTab.Events],
        FunctionSubject => [DetailTab.Manifest, DetailTab.Module, DetailTab.Running],
        NodeSubject => [DetailTab.Node, DetailTab.Load, DetailTab.Artifacts, DetailTab.Running],
        _ => [],
    };

    /// <summary>A tab's name.</summary>
    public static string Name(DetailTab tab) => tab == DetailTab.Running ? "Jobs" : tab.ToString();

    /// <summary>One line that says what is shown.</summary>
    public static ScreenLine Heading(Snapshot snapshot) => snapshot.Detail switch
    {
        { Subject: JobSubject subject, Job: null } => ScreenLine.Of($" {subject.Id}", ThemeRole.Heading),
        { Job: { } job, Subject: JobSubject } => Heading(job, snapshot.At),
        { Subject: FunctionSubject subject, Function: { } function } => new ScreenLine().Add($" {subject.Name}@{function.Version}", ThemeRole.Heading)
            .Add($"  {ByteSize.Format(function.ModuleSize)}, pushed {JobTables.Age(function.CreatedAt, snapshot.At)} ago", ThemeRole.Muted)
            .Add(function.Description.Length > 0 ? $"  {function.Description}" : ""),
        { Subject: FunctionSubject subject } => ScreenLine.Of($" {subject.Name}", ThemeRole.Heading),
        { Subject: NodeSubject subject, Worker: null } => ScreenLine.Of($" {subject.Name}", ThemeRole.Heading),
        { Worker: { } worker } => new ScreenLine().Add($" {worker.Name}", ThemeRole.Heading).Add("  ").Add(ClusterTables.Status(worker), NodeRows.Role(worker))
            .Add($"  {worker.BusySlots} of {worker.Capabilities.Slots} slots, {worker.HeldJobs} {(worker.HeldJobs == 1 ? "job" : "jobs")} held", ThemeRole.Muted),
        _ => ScreenLine.Empty,
    };

    /// <summary>The lines of a tab.</summary>
    public static IReadOnlyList<ScreenLine> Of(Snapshot snapshot, DetailTab tab, int width)
    {
        var detail = snapshot.Detail;
        if (detail.Problems.TryGetValue(tab, out var problem))
            return [ScreenLine.Empty, ScreenLine.Of($" {problem}", ThemeRole.Failed)];
        return tab switch
        {
            DetailTab.Input => [ScreenLine.Of(detail.Input is null ? " reading …" : " it has no input", ThemeRole.Muted)],
            DetailTab.Result when detail.Job is { FinishedAt: null } => [ScreenLine.Of(" no result yet: the job has no outcome", ThemeRole.Muted)],
            DetailTab.Result => [ScreenLine.Of(detail.Result is null ? " reading …" : " nothing was written to stdout", ThemeRole.Muted)],
            DetailTab.Manifest => Manifest(detail),
            DetailTab.Module => Module(detail, snapshot),
            DetailTab.Explain => ExplainLines.Of(detail.Explanation, width),
            DetailTab.Events => TimelineLines.Of(detail, snapshot.At, width),
            DetailTab.Node => Node(detail, snapshot.At),
            DetailTab.Artifacts => Artifacts(detail, snapshot.At),
            DetailTab.Load => Load(snapshot, width),
            DetailTab.Running => Jobs(detail, snapshot.At, width),
            _ => [],
        };
    }

    /// <summary>The lines of a manifest, coloured.</summary>
    public static IReadOnlyList<ScreenLine> Manifest(string text) => [.. text.TrimEnd().Split('\n').Select(line => Toml(line.TrimEnd('\r')))];

    private static ScreenLine Heading(Job job, DateTimeOffset now)
    {
        var line = new ScreenLine().Add($" {job.Id}", ThemeRole.Heading).Add("  ").Add(JobTables.Function(job), ThemeRole.Name).Add("  ")
            .Add($"{JobRows.Sign(job)} {JobTables.State(job)}", JobRows.Role(job));
        if (job.HasExitCode && job.ExitCode != 0)
            line.Add($" exit {job.ExitCode}", ThemeRole.Failed);
        if (JobRows.Time(job, now) is { Length: > 1 } time)
            line.Add($"  {time}");
        if (job.Worker.Length > 0)
            line.Add($" on {job.Worker}", ThemeRole.Muted);
        if (job.Attempt > 1)
            line.Add($"  attempt {job.Attempt}", ThemeRole.Suspect);
        if (job.DeadLettered)
            line.Add("  dead letter", ThemeRole.Failed);
        return job.Message.Length > 0 ? line.Add($"  {JobRows.Brief(job.Message)}", ThemeRole.Failed) : line;
    }

    private static IReadOnlyList<ScreenLine> Manifest(Detail detail) =>
        detail.Function is { } function ? Manifest(function.Manifest) : [ScreenLine.Of(" reading the manifest …", ThemeRole.Muted)];

    private static ScreenLine Toml(string text)
    {
        var line = ScreenLine.Of(" ");
        var trimmed = text.TrimStart();
        if (trimmed.StartsWith('#'))
            return line.Add(text, ThemeRole.Comment);
        if (trimmed.StartsWith('['))
            return line.Add(text, ThemeRole.Section);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return line.Add(text);
        var (value, comment) = (text[(equals + 1)..], "");
        var hash = value.IndexOf(" #", StringComparison.Ordinal);
        if (hash >= 0 && value.Count(c => c == '"') % 2 == 0 && value[..hash].Count(c => c == '"') % 2 == 0)
            (value, comment) = (value[..hash], value[hash..]);
        var role = value.TrimStart() is ['"' or '\'', ..] ? ThemeRole.Text
            : value.Trim() is "true" or "false" ? ThemeRole.Constant
            : value.TrimStart() is [>= '0' and <= '9', ..] ? ThemeRole.Number : ThemeRole.Plain;
        return line.Add(text[..equals], ThemeRole.Name).Add("=").Add(value, role).Add(comment, ThemeRole.Comment);
    }

    private static List<ScreenLine> Module(Detail detail, Snapshot snapshot)
    {
        if (detail.Function is not { } function)
            return [ScreenLine.Of(" reading …", ThemeRole.Muted)];
        var lines = new List<ScreenLine>
        {
            Fact("digest", $"sha256 {function.ModuleDigest}"),
            Fact("size", $"{ByteSize.Format(function.ModuleSize)} ({function.ModuleSize} bytes)"),
            Fact("pushed", $"{JobTables.Moment(function.CreatedAt)} ({JobTables.Age(function.CreatedAt, snapshot.At)} ago)"),
        };
        if (function.Outline is { } outline)
        {
            lines.Add(Fact("kind", outline.Kind == ModuleOutline.Types.Kind.Component ? "component (WASI preview 2)" : "core module"));
            lines.Add(ScreenLine.Empty);
            lines.AddRange(CapabilityLines.Of(function));
            AddCompiled(lines, detail, snapshot.At);
            lines.Add(ScreenLine.Empty);
            AddList(lines, "exports", outline.Exports);
            AddList(lines, "imports", outline.Imports);
        }

        return lines;
    }

    private static void AddCompiled(List<ScreenLine> lines, Detail detail, DateTimeOffset now)
    {
        if (detail.Compiled is not { Count: > 0 } nodes)
            return;
        lines.Add(ScreenLine.Empty);
        for (var i = 0; i < nodes.Count; i++)
        {
            var (node, artifact) = nodes[i];
            var line = new ScreenLine().Add(" ").Cell(i == 0 ? "compiled" : "", 10, ThemeRole.Muted).Add(" ").Cell(node, 18);
            lines.Add(artifact is null
                ? line.Add("not yet: it is when a job comes", ThemeRole.Muted)
                : line.Add($"{ByteSize.Format(artifact.Size)}", ThemeRole.Succeeded).Add($"  in {JobTables.Time(artifact.Compile)}, used {JobTables.Age(artifact.LastUsed, now)} ago", ThemeRole.Muted));
        }
    }

    private static List<ScreenLine> Node(Detail detail, DateTimeOffset now)
    {
        if (detail.Worker is not { } worker)
            return [ScreenLine.Of(" reading …", ThemeRole.Muted)];
        return [.. WorkerDetail.Of(worker, now).Rows.TakeWhile(row => row[0] != "artifacts").Select(row => Wall(row[0], row[1]))];
    }

    private static ScreenLine Wall(string label, string text) => text.StartsWith("NO ", StringComparison.Ordinal)
        ? new ScreenLine().Add($" {label,-10} ", ThemeRole.Muted).Add(text, ThemeRole.Suspect)
        : Fact(label, text);

    private static List<ScreenLine> Artifacts(Detail detail, DateTimeOffset now)
    {
        if (detail.Worker?.ArtifactCache is not { } cache)
            return [ScreenLine.Of(" nothing is known of its artifacts yet", ThemeRole.Muted)];
        var lines = new List<ScreenLine> { Fact("cache", $"{ByteSize.Format(cache.Size)}, {cache.Hits} hits, {cache.Misses} misses"), ScreenLine.Empty };
        foreach (var artifact in cache.Artifacts)
        {
            lines.Add(new ScreenLine().Add(" ").Cell(JobTables.Digest(artifact.ModuleDigest), 14, ThemeRole.Name).Cell(ByteSize.Format(artifact.Size), 10)
                .Cell($"compiled in {JobTables.Time(artifact.Compile)}", 22).Cell($"{artifact.Hits} hits", 12)
                .Add($"used {JobTables.Age(artifact.LastUsed, now)} ago", ThemeRole.Muted));
        }

        return lines;
    }

    private static List<ScreenLine> Load(Snapshot snapshot, int width)
    {
        if (snapshot.Detail.Worker is not { } worker)
            return [];
        var bar = Math.Clamp(width - 34, 5, 50);
        var load = worker.Load ?? new WorkerLoad();
        var memory = worker.Capabilities.Memory > 0 ? (double)load.MemoryUsed / worker.Capabilities.Memory : 0;
        var slots = worker.Capabilities.Slots > 0 ? (double)worker.BusySlots / worker.Capabilities.Slots : 0;
        var lines = new List<ScreenLine>
        {
            Level("cpu", load.CpuFraction, bar, $"of {worker.Capabilities.Cores} cores"),
            Level("memory", memory, bar, $"{ByteSize.Format(load.MemoryUsed)} of {ByteSize.Format(worker.Capabilities.Memory)}"),
            Level("slots", slots, bar, $"{worker.BusySlots} of {worker.Capabilities.Slots}"),
        };
        if (load.Power is { HasBatteryPercent: true } power)
            lines.Add(Level("battery", power.BatteryPercent / 100.0, bar, ClusterTables.PowerText(power), LoadBar.RoleOfStock(power.BatteryPercent / 100.0)));
        else if (load.Power is not null)
            lines.Add(Fact("power", ClusterTables.PowerText(load.Power)));
        var history = snapshot.Load.GetValueOrDefault(worker.Name, []);
        if (history.Count > 1)
        {
            lines.Add(ScreenLine.Empty);
            lines.Add(new ScreenLine().Add(" cpu, the last ", ThemeRole.Muted).Add(JobRows.Short(TimeSpan.FromSeconds(2 * history.Count)), ThemeRole.Muted));
            lines.AddRange(HistoryCurve.Render(history, Math.Min(width - 2, 60), 4, 1).Select(row => ScreenLine.Of(" " + row, ThemeRole.FirstCurve)));
        }

        return lines;
    }

    private static ScreenLine Level(string name, double fraction, int bar, string text, ThemeRole? role = null) => new ScreenLine()
        .Add(" ").Cell(name, 9, ThemeRole.Muted).Add(LoadBar.Render(fraction, bar), role ?? LoadBar.RoleOf(fraction)).Cell($"{fraction * 100:0}%", 5, isRight: true).Add($"  {text}", ThemeRole.Muted);

    private static IReadOnlyList<ScreenLine> Jobs(Detail detail, DateTimeOffset now, int width)
    {
        if (detail.Jobs is not { } jobs)
            return [ScreenLine.Of(" reading …", ThemeRole.Muted)];
        if (jobs.Count == 0)
            return [ScreenLine.Empty, ScreenLine.Of(detail.Subject is NodeSubject ? " nothing runs there now" : " it has no jobs", ThemeRole.Muted)];
        var rows = new JobRows(jobs, width);
        return [rows.Header(), .. jobs.Select(job => rows.Row(job, now, false))];
    }

    internal static ScreenLine Fact(string name, string text) => new ScreenLine().Add(" ").Cell(name, 10, ThemeRole.Muted).Add(" ").Add(text);

    private static void AddList(List<ScreenLine> lines, string name, Google.Protobuf.Collections.RepeatedField<string> items)
    {
        if (items.Count == 0)
            lines.Add(Fact(name, "none"));
        for (var i = 0; i < items.Count; i++)
            lines.Add(Fact(i == 0 ? name : "", items[i]));
    }
}
