using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class ClusterTablesTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Digest = new('a', 64);

    [Fact]
    public void A_function_is_one_row_and_the_wide_one_has_the_whole_digest()
    {
        Assert.Equal(["resize", "2", "3KiB", Digest[..12], "2h", "Makes it smaller"], Row(ClusterTables.Functions([Resize()], wide: false, Now)));
        Assert.Equal(
            ["resize", "2", "3KiB", "3072", Digest, "2026-05-01 10:00:00Z", "2h", "Makes it smaller"],
            Row(ClusterTables.Functions([Resize()], wide: true, Now)));
    }

    [Fact]
    public void A_manifest_is_shown_line_by_line_as_it_was_pushed()
    {
        var function = Resize();
        function.Manifest = "name = \"resize\"\r\n\r\n[env]\r\n\tA = \"\u001b\"\r\n";
        var rows = ClusterTables.Function(function, Now).Rows;
        Assert.Equal(
            [["manifest", "name = \"resize\""], ["", ""], ["", "[env]"], ["", " A = \"\\x1b\""]],
            rows.SkipWhile(row => row[0] != "manifest").Select(row => row.ToArray()));
    }

    [Fact]
    public void A_worker_is_one_row()
    {
        Assert.Equal(
            ["attic", "draining", "1/4", "25%", "1GiB/4GiB", "x86_64", "gpu=no,room=attic", "5s"], Row(ClusterTables.Workers([Attic()], wide: false, Now)));
        Assert.Equal(
            ["attic", "draining", "1/4", "25%", "1GiB/4GiB", "battery 40%", "x86_64", "linux", "8", "0.1.0", "wasmtime-50", "gpu=no,room=attic", "5s"],
            Row(ClusterTables.Workers([Attic()], wide: true, Now)));
    }

    [Fact]
    public void A_worker_without_labels_has_a_dash()
    {
        var worker = Attic();
        worker.Capabilities.Labels.Clear();
        Assert.Equal("-", Row(ClusterTables.Workers([worker], wide: false, Now))[6]);
    }

    [Theory]
    [InlineData(WorkerInfo.Types.Status.Draining, 1, "draining")]
    [InlineData(WorkerInfo.Types.Status.Draining, 0, "drained")]
    [InlineData(WorkerInfo.Types.Status.Away, 0, "away, drained")]
    [InlineData(WorkerInfo.Types.Status.Suspect, 2, "suspect, draining")]
    public void A_drained_worker_says_whether_it_still_holds_anything(WorkerInfo.Types.Status status, int held, string word) => Assert.Equal(
        word, ClusterTables.Status(new WorkerInfo { Status = status, HeldJobs = held, DrainedAt = Timestamp.FromDateTimeOffset(Now) }));

    [Fact]
    public void What_a_machine_runs_on_is_said_in_words()
    {
        Assert.Equal("-", ClusterTables.PowerText(null));
        Assert.Equal("mains", ClusterTables.PowerText(new Power { Source = Power.Types.Source.Mains }));
        Assert.Equal("mains 80% charging", ClusterTables.PowerText(new Power { Source = Power.Types.Source.Mains, BatteryPercent = 80, Charging = true }));
        Assert.Equal("unknown 0%", ClusterTables.PowerText(new Power { BatteryPercent = 0 }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_said_in_words(bool wide)
    {
        Assert.Equal("no workers\n", Written(ClusterTables.Workers([], wide, Now)));
        Assert.Equal("no functions\n", Written(ClusterTables.Functions([], wide, Now)));
        Assert.Equal("no jobs\n", Written(JobTables.List([], wide, Now)));
    }

    private static Function Resize() => new()
    {
        Name = "resize",
        Version = 2,
        ModuleDigest = Digest,
        ModuleSize = 3072,
        Description = "Makes it smaller",
        CreatedAt = Timestamp.FromDateTimeOffset(Now.AddHours(-2)),
    };

    private static WorkerInfo Attic() => new()
    {
        Name = "attic",
        Status = WorkerInfo.Types.Status.Draining,
        BusySlots = 1,
        LastSeenAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(-5)),
        Load = new WorkerLoad { CpuFraction = 0.25, MemoryUsed = 1L << 30, Power = new Power { Source = Power.Types.Source.Battery, BatteryPercent = 40 } },
        Capabilities = new WorkerCapabilities
        {
            Arch = "x86_64",
            Os = "linux",
            Cores = 8,
            Memory = 4L << 30,
            Slots = 4,
            Version = "0.1.0",
            EngineFingerprint = "wasmtime-50",
            Labels = { ["room"] = "attic", ["gpu"] = "no" },
        },
    };

    private static IReadOnlyList<string> Row(TextTable table) => Assert.Single(table.Rows);

    private static string Written(TextTable table)
    {
        using var output = new StringWriter { NewLine = "\n" };
        table.Write(output);
        return output.ToString();
    }
}
