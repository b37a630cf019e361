using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Top;

/// <summary>How <see cref="TopLines"/> look.</summary>
/// <param name="HasBars">Loads as bars, for eyes; else as numbers alone.</param>
/// <param name="HasBlocks">Bars of blocks, where the locale has them.</param>
internal sealed record TopLook(bool HasBars, bool HasBlocks, bool IsWide, bool IsColored);

/// <summary>The cluster as lines of text.</summary>
internal static class TopLines
{
    private const int BarWidth = 8;

    public static IEnumerable<string> Of(TopSnapshot snapshot, TopLook look, DateTimeOffset now)
    {
        var (cluster, workers) = (snapshot.Cluster, snapshot.Workers);
        var here = workers.Count(w => w.Status is WorkerInfo.Types.Status.Ready or WorkerInfo.Types.Status.Draining or WorkerInfo.Types.Status.Paused);
        var head = new TextTable();
        head.Add("nodes", $"{here} of {workers.Count} here, {workers.Sum(w => w.BusySlots)} of {workers.Sum(w => w.Capabilities?.Slots ?? 0)} slots busy");
        head.Add("jobs", $"{cluster.RunningJobs} running, {cluster.LeasedJobs} leased, {cluster.QueuedJobs} queued");
        if (cluster.Throughput is { } lately)
        {
            head.Add("rates", $"{Rate(lately.Submitted)} submitted, {Rate(lately.Succeeded)} succeeded, {Rate(lately.Failed)} failed");
            head.Add("p95", $"{P95(lately.Whole)} whole: {P95(lately.Queue)} queue, {P95(lately.Attempt)} attempt");
        }

        return
        [
            .. head.Lines(), "", .. Nodes(workers, look, now).Lines(look.IsColored), "",
            .. JobTables.Running(snapshot.Jobs, look.IsWide, now).Lines(look.IsColored),
        ];
    }

    private static TextTable Nodes(IEnumerable<WorkerInfo> workers, TopLook look, DateTimeOffset now)
    {
        string[] wide = look.IsWide ? ["POWER", "ARCH", "LABELS"] : [];
        var table = new TextTable(["NODE", "STATUS", "SLOTS", "CPU", "MEMORY", .. wide, "SEEN"]) { WhenEmpty = "no workers" };
        foreach (var worker in workers)
        {
            var can = worker.Capabilities ?? new WorkerCapabilities();
            var load = worker.Load ?? new WorkerLoad();
            // What a machine that is not here did last says nothing of now.
            var isHere = worker.Status is WorkerInfo.Types.Status.Ready or WorkerInfo.Types.Status.Draining or WorkerInfo.Types.Status.Paused;
            string Load(double part, string text) => !isHere ? "-" : look.HasBars ? $"{Bar(part, look.HasBlocks)} {text}" : text;
            string[] more = look.IsWide ? [ClusterTables.PowerText(load.Power), can.Arch, ClusterTables.Labels(can)] : [];
            table.Add(
            [
                worker.Name, ClusterTables.Status(worker),
                Load(can.Slots > 0 ? (double)worker.BusySlots / can.Slots : 0, $"{worker.BusySlots}/{can.Slots}"),
                Load(load.CpuFraction, $"{load.CpuFraction * 100:0}%"),
                Load(can.Memory > 0 ? (double)load.MemoryUsed / can.Memory : 0, $"{ByteSize.Format(load.MemoryUsed)}/{ByteSize.Format(can.Memory)}"),
                .. more, JobTables.Age(worker.LastSeenAt, now),
            ]);
        }

        return table;
    }

    /// <param name="part">0 to 1; what lies beyond is drawn as that.</param>
    internal static string Bar(double part, bool hasBlocks)
    {
        // Something is never shown as nothing.
        var full = part <= 0 ? 0 : Math.Clamp((int)Math.Round(part * BarWidth), 1, BarWidth);
        var (block, rest) = hasBlocks ? ('█', '░') : ('#', '.');
        return new string(block, full) + new string(rest, BarWidth - full);
    }

    private static string Rate(double jobs) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{jobs:0.0}/s");

    private static string P95(Latency? latency) => latency?.P95 is { } time ? DurationText.Humanize(time.ToTimeSpan()) : "-";
}
