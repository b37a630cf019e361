using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>The lines above and below the panes.</summary>
public static class StatusLines
{
    /// <summary>Where one is, and how it goes there.</summary>
    public static ScreenLine Header(Snapshot snapshot, int width, bool isReadOnly)
    {
        var line = new ScreenLine().Add(" MiniLambda ", ThemeRole.Heading);
        if (snapshot.Place.Length > 0)
            Part(line, width, ScreenLine.Of(snapshot.Place, ThemeRole.Name));
        if (isReadOnly)
            Part(line, width, ScreenLine.Of("read-only", ThemeRole.Suspect));
        if (snapshot.Info is { } info)
        {
            var ready = snapshot.Workers.Count(w => w.Status is WorkerInfo.Types.Status.Ready or WorkerInfo.Types.Status.Draining);
            var nodes = $"{ready}/{snapshot.Workers.Count} {(snapshot.Workers.Count == 1 ? "node" : "nodes")}";
            Part(line, width, ScreenLine.Of(nodes, ready < snapshot.Workers.Count || ready == 0 ? ThemeRole.Suspect : ThemeRole.Succeeded));
            Part(line, width, new ScreenLine()
                .Add($"{info.RunningJobs}", ThemeRole.Running).Add(" running ").Add($"{info.QueuedJobs + info.LeasedJobs}", ThemeRole.Queued).Add(" queued"));
            if (info.Throughput is { } rates)
            {
                var rate = new ScreenLine().Add($"{Rate(rates.Succeeded + rates.Failed)}/s");
                if (rates.Whole?.P95 is { } p95)
                    rate.Add($" p95 {JobRows.Short(p95.ToTimeSpan())}");
                if (rates.Failed >= 0.05)
                    rate.Add($" {Rate(rates.Failed)}/s failing", ThemeRole.Failed);
                Part(line, width, rate);
            }
        }

        return line;
    }

    /// <summary>A banner when the orchestrator does not answer; null while it does.</summary>
    public static string? Banner(Snapshot snapshot, DateTimeOffset now)
    {
        var age = snapshot.Link.LastHeard is { } heard ? JobRows.Short(now - heard) : "";
        return snapshot.Link.State switch
        {
            LinkState.Lost when age.Length > 0 => $" ▲ orchestrator lost: what is shown is {age} old; trying again. {snapshot.Link.Message} ",
            LinkState.Lost => $" ▲ {snapshot.Link.Message}; trying again ",
            LinkState.Refused => $" ▲ {snapshot.Link.Message}{(age.Length > 0 ? $"; what is shown is {age} old" : "")} ",
            _ => null,
        };
    }

    /// <summary>Keys that do something now, as far as there is room.</summary>
    public static ScreenLine Hints(IEnumerable<(string Key, string Does)> hints, int width)
    {
        var line = new ScreenLine();
        foreach (var (key, does) in hints)
        {
            if (line.Width + key.Length + does.Length + 3 > width)
                break;
            line.Add(" ").Add(key, ThemeRole.Heading).Add(" ").Add(does, ThemeRole.Muted).Add(" ");
        }

        return line;
    }

    private static string Rate(double rate) => rate >= 10 ? $"{rate:0}" : $"{rate:0.#}";

    private static void Part(ScreenLine line, int width, ScreenLine part)
    {
        if (line.Width + part.Width + 3 <= width)
            line.Add("│ ", ThemeRole.Muted).Add(part).Add(" ");
    }
}
