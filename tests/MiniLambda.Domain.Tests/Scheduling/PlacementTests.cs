using CsCheck;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Domain.Tests.Scheduling;

public sealed class PlacementTests
{
    private static readonly FunctionManifest Anywhere = new() { Name = FunctionName.Parse("f") };
    private static readonly WorkerLoad Idle = new(0, 0);
    private static readonly WorkerDescription Pi = Worker("aarch64", 8L << 30, 4, ("gpu", "false"), ("room", "office"));

    [Fact]
    public void A_function_without_demands_runs_anywhere() => Assert.Null(Placement.Refusal(Anywhere, Pi));

    [Theory]
    [InlineData("aarch64", null)]
    [InlineData("x86_64 aarch64", null)]
    [InlineData("x86_64", "architecture is aarch64, not x86_64")]
    [InlineData("x86_64 riscv64", "architecture is aarch64, not x86_64 or riscv64")]
    [InlineData("AARCH64", "architecture is aarch64, not AARCH64")]
    public void An_architecture_that_was_not_asked_for_is_refused(string arch, string? refusal) =>
        Assert.Equal(refusal, Placement.Refusal(Placed(new PlacementSpec { Arch = arch.Split(' ') }), Pi));

    [Theory]
    [InlineData("gpu", "false", null)]
    [InlineData("gpu", "true", "label gpu is false, not true")]
    [InlineData("gpu", "False", "label gpu is false, not False")]
    [InlineData("zone", "b", "has no label zone=b")]
    [InlineData("GPU", "false", "has no label GPU=false")]
    public void A_label_that_is_missing_or_different_is_refused(string key, string value, string? refusal) =>
        Assert.Equal(refusal, Placement.Refusal(Placed(new PlacementSpec { Labels = Labels((key, value)) }), Pi));

    [Fact]
    public void A_preference_never_refuses() =>
        Assert.Null(Placement.Refusal(Placed(new PlacementSpec { Prefer = Labels(("zone", "b")) }), Pi));

    [Theory]
    [InlineData(8L << 30, null)]
    [InlineData(16L << 30, "has 8GiB of memory, not 16GiB")]
    public void A_machine_with_too_little_memory_is_refused(long bytes, string? refusal) => Assert.Equal(
        refusal, Placement.Refusal(Anywhere with { Limits = new ExecutionLimits { MemoryBytes = bytes } }, Pi));

    public static TheoryData<string, double, double> Scores => new()
    {
        { "more free slots", Score(Pi, free: 4), Score(Pi, free: 3) },
        { "the module is there", Score(Pi, hasModule: true), Score(Pi) },
        { "less processor load", Score(Pi, cpu: 0.2), Score(Pi, cpu: 0.3) },
        { "a preferred label", Score(Pi, prefer: [("room", "office")]), Score(Pi, prefer: [("room", "lab")]) },
        { "two preferred labels", Score(Pi, prefer: [("room", "office"), ("gpu", "false")]), Score(Pi, prefer: [("room", "office")]) },
        { "the same share of a larger machine counts the same as", Score(Worker("x86_64", 1, 8), free: 4), Score(Pi, free: 2) - 1e-9 },
    };

    [Theory]
    [MemberData(nameof(Scores))]
    public void A_worker_scores_higher_for(string reason, double better, double worse) =>
        Assert.True(better > worse, $"{reason}: {better} against {worse}");

    [Fact]
    public void A_worker_is_refused_exactly_when_it_lacks_something_asked_for() => Gen.Select(Manifests, Workers).Sample((manifest, worker) =>
    {
        var wanted = manifest.Placement;
        var suits = (wanted.Arch.Count == 0 || wanted.Arch.Contains(worker.Arch))
            && wanted.Labels.All(label => worker.Labels.Contains(label))
            && manifest.Limits.MemoryBytes <= worker.MemoryBytes;
        Assert.Equal(suits, Placement.Refusal(manifest, worker) is null);
    });

    [Fact]
    public void Of_any_workers_the_best_that_is_not_refused_satisfies_every_constraint() => Gen.Select(Manifests, Workers.Array[0, 12]).Sample(
        (manifest, workers) =>
        {
            var chosen = workers
                .Where(worker => Placement.Refusal(manifest, worker) is null)
                .MaxBy(worker => Placement.Score(manifest, worker, Idle, worker.Slots, hasModule: false));
            if (chosen is null)
                return;
            Assert.All(manifest.Placement.Labels, label => Assert.Equal(label.Value, chosen.Labels[label.Key]));
            Assert.True(manifest.Placement.Arch is [] || manifest.Placement.Arch.Contains(chosen.Arch));
            Assert.True(manifest.Limits.MemoryBytes <= chosen.MemoryBytes);
        });

    [Fact]
    public void A_preferred_label_outweighs_everything_else() =>
        Gen.Select(Gen.Int[1, 64], Gen.Int[1, 64], Gen.Double[0, 1]).Sample((slots, otherSlots, cpu) =>
        {
            var manifest = Placed(new PlacementSpec { Prefer = Labels(("room", "office")) });
            var busyInTheOffice = Placement.Score(manifest, Worker("x", 1, slots, ("room", "office")), new WorkerLoad(cpu, 0), 1, hasModule: false);
            var idleElsewhere = Placement.Score(manifest, Worker("x", 1, otherSlots), Idle, otherSlots, hasModule: true);
            Assert.True(busyInTheOffice > idleElsewhere);
        });

    private static readonly Gen<(string, string)> AnyLabel = Gen.Select(Gen.OneOf("room", "gpu", "zone"), Gen.OneOf("a", "b"));

    private static readonly Gen<IReadOnlyDictionary<string, string>> AnyLabels = AnyLabel.Array[0, 3].Select(Labels);

    private static readonly Gen<WorkerDescription> Workers = Gen.Select(
        Gen.OneOf("x86_64", "aarch64"), Gen.Long[1, 64].Select(mib => mib << 20), Gen.Int[1, 8], AnyLabels,
        (arch, memory, slots, labels) => Worker(arch, memory, slots) with { Labels = labels });

    private static readonly Gen<FunctionManifest> Manifests = Gen.Select(
        Gen.OneOf("x86_64", "aarch64", "riscv64").Array[0, 2], Gen.Long[1, 64].Select(mib => mib << 20), AnyLabels, AnyLabels,
        (arch, memory, labels, prefer) => new FunctionManifest
        {
            Name = Anywhere.Name,
            Limits = new ExecutionLimits { MemoryBytes = memory },
            Placement = new PlacementSpec { Arch = arch, Labels = labels, Prefer = prefer },
        });

    private static double Score(
        WorkerDescription worker, int free = 1, bool hasModule = false, double cpu = 0, (string, string)[]? prefer = null) =>
        Placement.Score(Placed(new PlacementSpec { Prefer = Labels(prefer ?? []) }), worker, new WorkerLoad(cpu, 0), free, hasModule);

    private static FunctionManifest Placed(PlacementSpec placement) => Anywhere with { Placement = placement };

    private static WorkerDescription Worker(string arch, long memory, int slots, params (string, string)[] labels) =>
        new("pi", Guid.Empty, arch, "linux", slots, memory, slots, Labels(labels), "engine", "0.1.0");

    private static IReadOnlyDictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.DistinctBy(label => label.Key).ToDictionary(label => label.Key, label => label.Value);
}
