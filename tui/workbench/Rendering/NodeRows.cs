using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Nodes with their load.</summary>
public static class NodeRows
{
    public static int NameWidth(IReadOnlyList<WorkerInfo> workers) =>
        Math.Clamp(workers.Select(w => TextWidth.Of(w.Name)).DefaultIfEmpty(4).Max(), 4, 16);

    /// <param name="name">Columns of the names.</param>
    /// <param name="history">CPU fractions, oldest first.</param>
    public static ScreenLine Line(WorkerInfo worker, IReadOnlyList<double> history, int name, int width, DateTimeOffset now)
    {
        var line = new ScreenLine().Add(" ").Cell(worker.Name, Math.Min(name, Math.Max(4, width - 12))).Add(" ");
        if (worker.Status is not (WorkerInfo.Types.Status.Ready or WorkerInfo.Types.Status.Draining))
            return line.Add(worker.Status == WorkerInfo.Types.Status.Paused ? ClusterTables.Status(worker) : $"{ClusterTables.Status(worker)} {JobTables.Age(worker.LastSeenAt, now)}", Role(worker));
        var cpu = worker.Load?.CpuFraction ?? 0;
        var slots = $"{worker.BusySlots}/{worker.Capabilities.Slots}";
        var percent = $"{cpu * 100:0}%";
        var tail = worker.DrainedAt is null ? "" : $" {ClusterTables.Status(worker)}";
        var battery = worker.Load?.Power is { HasBatteryPercent: true } power ? $" {(power.Charging ? "↯" : "▮")}{power.BatteryPercent}%" : "";
        var room = width - line.Width - 5 - 1 - slots.Length - tail.Length - battery.Length - 1;
        var memory = worker.Capabilities.Memory > 0 ? (double)(worker.Load?.MemoryUsed ?? 0) / worker.Capabilities.Memory : 0;
        var hasMemory = room >= 16;
        if (hasMemory)
            room -= 9;
        var curve = room >= 20 ? Math.Min(history.Count > 1 ? room - 12 : 0, 30) : 0;
        var bar = Math.Clamp(room - (curve > 0 ? curve + 1 : 0), 0, 20);
        if (bar >= 3)
            line.Add(LoadBar.Render(cpu, bar), LoadBar.RoleOf(cpu));
        line.Cell(percent, 5, ThemeRole.Plain, isRight: true).Add(" ");
        if (curve > 0)
            line.Add(Sparkline.Render(history, curve, 1), ThemeRole.Muted).Add(" ");
        if (hasMemory)
            line.Add("mem", ThemeRole.Muted).Cell($"{memory * 100:0}%", 5, ThemeRole.Plain, isRight: true).Add(" ");
        return line.Add(slots, worker.BusySlots > 0 ? ThemeRole.Running : ThemeRole.Muted).Add(battery, ThemeRole.Muted).Add(tail, ThemeRole.Suspect);
    }

    public static ThemeRole Role(WorkerInfo worker) => worker.Status switch
    {
        WorkerInfo.Types.Status.Ready => ThemeRole.Succeeded,
        WorkerInfo.Types.Status.Draining or WorkerInfo.Types.Status.Paused or WorkerInfo.Types.Status.Suspect => ThemeRole.Suspect,
        WorkerInfo.Types.Status.Lost => ThemeRole.Failed,
        _ => ThemeRole.Away,
    };
}
