using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Domain.Tests.Jobs;

public sealed class JobOverridesTests
{
    private static readonly FunctionManifest Manifest = new()
    {
        Name = FunctionName.Parse("resize"),
        Module = "resize.wasm",
        Description = "Resizes pictures",
        Entry = "run",
        Args = ["--fast"],
        Env = new Dictionary<string, string> { ["LEVEL"] = "3", ["ROOM"] = "office" },
        Limits = new ExecutionLimits
        {
            MemoryBytes = 1 << 20,
            Timeout = TimeSpan.FromSeconds(1),
            Fuel = 7,
            OutputBytes = 100,
            LogBytes = 200,
        },
        Retry = new RetryPolicy { Attempts = 9 },
        Placement = new PlacementSpec
        {
            Arch = ["aarch64"],
            Labels = new Dictionary<string, string> { ["gpu"] = "false" },
            Prefer = new Dictionary<string, string> { ["room"] = "office" },
        },
    };

    [Fact]
    public void Without_overrides_the_manifest_stands()
    {
        Assert.True(JobOverrides.None.IsEmpty);
        Assert.Same(Manifest, JobOverrides.None.ApplyTo(Manifest));
    }

    public static TheoryData<JobOverrides> Single =>
    [
        new JobOverrides { Args = [] },
        new JobOverrides { Env = new Dictionary<string, string>() },
        new JobOverrides { Entry = "" },
        new JobOverrides { MemoryBytes = 0 },
        new JobOverrides { Timeout = TimeSpan.Zero },
        new JobOverrides { Fuel = 0 },
        new JobOverrides { OutputBytes = 0 },
        new JobOverrides { Network = false },
        new JobOverrides { Labels = new Dictionary<string, string>() },
    ];

    [Theory]
    [MemberData(nameof(Single))]
    public void Any_setting_at_all_must_be_stored(JobOverrides overrides) => Assert.False(overrides.IsEmpty);

    [Fact]
    public void Each_setting_replaces_the_manifests()
    {
        var result = new JobOverrides
        {
            Args = ["a", "b"],
            Entry = "main",
            MemoryBytes = 2 << 20,
            Timeout = TimeSpan.FromMinutes(1),
            Fuel = 0,
            OutputBytes = 0,
            Network = true,
        }.ApplyTo(Manifest);

        Assert.Equal(["a", "b"], result.Args);
        Assert.Equal("main", result.Entry);
        Assert.Equal((2L << 20, TimeSpan.FromMinutes(1)), (result.Limits.MemoryBytes, result.Limits.Timeout));
        Assert.Equal((0L, 0L), (result.Limits.Fuel, result.Limits.OutputBytes));
        Assert.True(result.Capabilities.Network);
    }

    [Fact]
    public void What_is_not_overridden_stays()
    {
        var result = new JobOverrides { Fuel = 8 }.ApplyTo(Manifest);
        Assert.Equal(Manifest with { Limits = Manifest.Limits with { Fuel = 8 } }, result);
        Assert.Equal(7, Manifest.Limits.Fuel);
    }

    [Fact]
    public void No_arguments_can_replace_some() => Assert.Empty(new JobOverrides { Args = [] }.ApplyTo(Manifest).Args);

    [Fact]
    public void Environment_is_added_and_wins_over_equal_keys()
    {
        var result = new JobOverrides { Env = new Dictionary<string, string> { ["LEVEL"] = "4", ["level"] = "low" } }.ApplyTo(Manifest);
        Assert.Equal(new Dictionary<string, string> { ["LEVEL"] = "4", ["ROOM"] = "office", ["level"] = "low" }, result.Env);
        Assert.Equal("3", Manifest.Env["LEVEL"]);
    }

    [Fact]
    public void Labels_narrow_the_placement_and_leave_the_rest_of_it()
    {
        var result = new JobOverrides { Labels = new Dictionary<string, string> { ["zone"] = "b" } }.ApplyTo(Manifest).Placement;
        Assert.Equal(new Dictionary<string, string> { ["gpu"] = "false", ["zone"] = "b" }, result.Labels);
        Assert.Equal(["aarch64"], result.Arch);
        Assert.Equal("office", result.Prefer["room"]);
    }

    [Fact]
    public void Applying_the_same_overrides_twice_changes_nothing_more()
    {
        var overrides = new JobOverrides { Args = ["x"], Env = new Dictionary<string, string> { ["A"] = "1" }, Network = true };
        var once = overrides.ApplyTo(Manifest);
        Assert.Equal(ManifestToml.Write(once), ManifestToml.Write(overrides.ApplyTo(once)));
    }
}
