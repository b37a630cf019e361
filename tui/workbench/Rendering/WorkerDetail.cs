using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Rendering;

/// <summary>One worker in full.</summary>
public static class WorkerDetail
{
    public static TextTable Of(WorkerInfo worker, DateTimeOffset now)
    {
        var can = worker.Capabilities;
        var table = new TextTable();
        table.Add("name", worker.Name);
        table.Add("status", $"{ClusterTables.Status(worker)}, seen {JobTables.Age(worker.LastSeenAt, now)} ago");
        if (worker.DrainedAt is not null)
            table.Add("drained", $"since {JobTables.Moment(worker.DrainedAt)}{(worker.DrainDeadline is { } at ? $", until {JobTables.Moment(at)}" : "")}");
        table.Add("machine", $"{can.Arch}, {can.Os}, {can.Cores} cores, {ByteSize.Format(can.Memory)}");
        table.Add("load", $"{worker.BusySlots} of {can.Slots} slots, {worker.Load.CpuFraction * 100:0}% CPU, {ByteSize.Format(worker.Load.MemoryUsed)} of memory");
        table.Add("power", ClusterTables.PowerText(worker.Load.Power));
        table.Add("labels", List(can.Labels.Select(label => $"{label.Key}={label.Value}")));
        table.Add("exports", List(can.Exports.Select(export => $"{export.Key} ({(export.Value ? "writable" : "read-only")})")));
        table.Add("network", can.Network ? "functions that were granted it may use all of it" : "not for functions");
        AddOwner(table, can);
        table.Add("version", can.Version);
        table.Add("engine", can.EngineFingerprint);
        table.Add("isolation", can.Isolation);
        AddWalls(table, can);
        AddCache(table, worker.ArtifactCache ?? new ArtifactCache(), now);
        return table;
    }

    // What its owner lets it run, where that is not everything.
    private static void AddOwner(TextTable table, WorkerCapabilities can)
    {
        if (can.Pins is { } pins)
        {
            if (pins.Functions.Count > 0)
                table.Add("runs only", $"functions {List(pins.Functions)}");
            if (pins.Tenants.Count > 0)
                table.Add("runs only", $"jobs of {List(pins.Tenants)}");
            if (pins.RequireSignature.Count > 0)
                table.Add("signed", $"{List(pins.RequireSignature)} by one of {pins.Signers.Count} keys");
        }

        if (can.GuestMemory > 0)
            table.Add("gives", $"{ByteSize.Format(can.GuestMemory)} of memory to functions that run at once");
    }

    private static void AddWalls(TextTable table, WorkerCapabilities can)
    {
        if (can.Walls.Count == 0)
            table.Add("walls", "none beside the engine's own");
        var label = "walls";
        foreach (var wall in can.Walls)
        {
            table.Add(label, $"{(wall.InForce ? "yes" : "NO ")}  {wall.Name}: {wall.Detail}");
            label = "";
        }
    }

    private static void AddCache(TextTable table, ArtifactCache cache, DateTimeOffset now)
    {
        table.Add("artifacts", $"{ByteSize.Format(cache.Size)}, {cache.Hits} hits and {cache.Misses} misses since the worker started");
        foreach (var artifact in cache.Artifacts)
        {
            table.Add(
                "",
                $"{JobTables.Digest(artifact.ModuleDigest)}{(artifact.Metered ? " (fuel)" : "")}  {ByteSize.Format(artifact.Size)}, "
                + $"compiled in {JobTables.Time(artifact.Compile)}, {artifact.Hits} hits, used {JobTables.Age(artifact.LastUsed, now)} ago");
        }
    }

    private static string List(IEnumerable<string> items) => string.Join(", ", items.Order(StringComparer.Ordinal)) is { Length: > 0 } text ? text : "-";
}
