using Google.Protobuf.Collections;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Functions and workers as rows.</summary>
public static class ClusterTables
{
    public static TextTable Functions(IEnumerable<Function> functions, bool wide, DateTimeOffset now, TenantColumn? tenants = null)
    {
        var all = functions.ToList();
        var isOfMany = (tenants ?? new TenantColumn()).IsShown(all.Select(static function => function.Tenant));
        string[] more = isOfMany ? ["TENANT"] : [];
        var table = wide
            ? new TextTable(["NAME", "VERSION", "SIZE", "BYTES", "MODULE", "PUSHED", "AGE", .. more, "DESCRIPTION"]) { WhenEmpty = "no functions" }
            : new TextTable(["NAME", "VERSION", "SIZE", "MODULE", "AGE", .. more, "DESCRIPTION"]) { WhenEmpty = "no functions" };
        foreach (var function in all)
        {
            string[] cells = isOfMany ? [function.Tenant] : [];
            var (version, size, age) = ($"{function.Version}", ByteSize.Format(function.ModuleSize), JobTables.Age(function.CreatedAt, now));
            if (wide)
            {
                table.Add(
                [
                    function.Name, version, size, $"{function.ModuleSize}", function.ModuleDigest, JobTables.Moment(function.CreatedAt), age, .. cells,
                    function.Description,
                ]);
            }
            else
            {
                table.Add([function.Name, version, size, JobTables.Digest(function.ModuleDigest), age, .. cells, function.Description]);
            }
        }

        return table;
    }

    public static TextTable Function(Function function, DateTimeOffset now)
    {
        var table = new TextTable();
        table.Add("name", function.Name);
        table.Add("version", $"{function.Version}");
        if (function.Tenant.Length > 0)
            table.Add("tenant", function.Tenant);
        table.Add("module", $"sha256 {function.ModuleDigest}");
        table.Add("size", ByteSize.Format(function.ModuleSize));
        table.Add("pushed", $"{JobTables.Moment(function.CreatedAt)} ({JobTables.Age(function.CreatedAt, now)} ago)");
        foreach (var signature in function.Signatures)
            table.Add("signed by", $"{(signature.Signer.Length > 0 ? signature.Signer : "a key that is not known here")} ({signature.KeyId})");
        if (function.Outline is { } outline)
        {
            table.Add("kind", outline.Kind == ModuleOutline.Types.Kind.Component ? "component" : "core module");
            AddNames(table, "imports", outline.Imports);
            AddNames(table, "exports", outline.Exports);
        }

        var label = "manifest";
        foreach (var line in function.Manifest.TrimEnd().Split('\n'))
        {
            table.Add(label, line.TrimEnd('\r'));
            label = "";
        }

        return table;
    }

    private static void AddNames(TextTable table, string label, RepeatedField<string> names)
    {
        const int shown = 20;
        if (names.Count == 0)
            table.Add(label, "none");
        foreach (var some in names.Take(shown).Chunk(4))
        {
            table.Add(label, string.Join(", ", some));
            label = "";
        }

        if (names.Count > shown)
            table.Add("", $"and {names.Count - shown} more (-o json shows them)");
    }

    public static TextTable Workers(IEnumerable<WorkerInfo> workers, bool wide, DateTimeOffset now)
    {
        var table = wide
            ? new TextTable("NAME", "STATUS", "SLOTS", "CPU", "MEMORY", "POWER", "ARCH", "OS", "CORES", "VERSION", "ENGINE", "LABELS", "SEEN") { WhenEmpty = "no workers" }
            : new TextTable("NAME", "STATUS", "SLOTS", "CPU", "MEMORY", "ARCH", "LABELS", "SEEN") { WhenEmpty = "no workers" };
        foreach (var worker in workers)
        {
            var can = worker.Capabilities;
            var labels = Labels(can);
            var (slots, cpu) = ($"{worker.BusySlots}/{can.Slots}", $"{worker.Load.CpuFraction * 100:0}%");
            var memory = $"{ByteSize.Format(worker.Load.MemoryUsed)}/{ByteSize.Format(can.Memory)}";
            var (status, seen) = (Status(worker), JobTables.Age(worker.LastSeenAt, now));
            if (wide)
            {
                table.Add(
                    worker.Name, status, slots, cpu, memory, PowerText(worker.Load.Power), can.Arch, can.Os, $"{can.Cores}", can.Version,
                    can.EngineFingerprint, labels, seen);
            }
            else
            {
                table.Add(worker.Name, status, slots, cpu, memory, can.Arch, labels, seen);
            }
        }

        return table;
    }

    /// <summary>A worker's status in words: one that is drained and holds nothing any more is <c>drained</c>, also while it is away.</summary>
    public static string Status(WorkerInfo worker)
    {
        if (worker.Status == WorkerInfo.Types.Status.Paused)
            return $"paused: {worker.Load.Paused}";
        var word = JobTables.Word(worker.Status.ToString());
        if (worker.DrainedAt is null)
            return word;
        var drain = worker.HeldJobs == 0 ? "drained" : "draining";
        return worker.Status == WorkerInfo.Types.Status.Draining ? drain : $"{word}, {drain}";
    }

    /// <summary><c>gpu=no,room=attic</c>; a dash when there are none.</summary>
    public static string Labels(WorkerCapabilities can) =>
        can.Labels.Count == 0 ? "-" : string.Join(",", can.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    /// <summary><c>mains</c>, <c>battery 40%</c>, <c>mains 80% charging</c>; a dash where it is not known.</summary>
    public static string PowerText(Power? power)
    {
        if (power is null)
            return "-";
        var source = power.Source switch
        {
            Power.Types.Source.Mains => "mains",
            Power.Types.Source.Battery => "battery",
            _ => "unknown",
        };
        return $"{source}{(power.HasBatteryPercent ? $" {power.BatteryPercent}%" : "")}{(power.Charging ? " charging" : "")}";
    }
}
