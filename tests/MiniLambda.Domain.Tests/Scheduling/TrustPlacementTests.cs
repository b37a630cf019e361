using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Domain.Tests.Scheduling;

public sealed class TrustPlacementTests
{
    private static readonly FunctionManifest Plain = new() { Name = FunctionName.Parse("f") };
    private static readonly FunctionManifest Secret = Plain with { Secrets = new Dictionary<string, string> { ["A"] = "a" } };
    private static readonly FunctionManifest Signed = Plain with { MustBeSigned = true, Signers = ["k1"] };
    private static readonly WorkerDescription Worker = new(
        "w", Guid.NewGuid(), "x86_64", "linux", 4, 8L << 30, 4, new Dictionary<string, string>(), "engine", "1.0");

    public static TheoryData<string, FunctionManifest, WorkerDescription, string?> Cases => new()
    {
        { "over TLS", Secret, Worker, null },
        { "in plain text", Secret, Worker with { IsConfidential = false }, "is connected in plain text over a network: it is sent no secrets; serve over TLS" },
        { "in plain text without secrets", Plain, Worker with { IsConfidential = false }, null },
        { "older", Secret, Worker with { Protocol = new ProtocolVersion(1, 1) }, "speaks protocol 1.1, which knows no secrets: update it" },
        { "older, signed", Signed, Worker with { Protocol = new ProtocolVersion(1, 1) }, "speaks protocol 1.1, which knows no signatures: update it" },
        { "signed", Signed, Worker, null },
        {
            "pinned to another tenant", Plain with { Tenant = "photos" }, Worker with { Pins = new OwnerPins { Tenants = ["home"] } },
            "runs only jobs of tenant home: its owner wants it so"
        },
        { "little memory given", Plain, Worker with { GuestMemoryBytes = 1 << 20 }, "gives its functions 1MiB of memory, not 64MiB" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_worker_is_refused_for_what_is_not_to_reach_it(string how, FunctionManifest manifest, WorkerDescription worker, string? refusal) =>
        Assert.True(refusal == Placement.Refusal(manifest, worker), $"{how}: {Placement.Refusal(manifest, worker)}");

    [Fact]
    public void Jobs_that_different_workers_refuse_have_different_keys()
    {
        FunctionManifest[] all = [Plain, Secret, Signed, Plain with { Name = FunctionName.Parse("g") }, Plain with { Tenant = "t" }, Plain with { Signers = ["k1"] }, Plain with { MustBeSigned = true }];
        Assert.Equal(all.Length, all.Select(Placement.Key).Distinct().Count());
    }

    [Fact]
    public void Functions_that_ask_for_the_same_have_the_same_needs()
    {
        FunctionManifest[] same = [Plain, Plain with { Name = FunctionName.Parse("g") }, Plain with { Tenant = "t" }, Plain with { Signers = ["k1"] }];
        Assert.Single(same.Select(Placement.Needs).Distinct());
        FunctionManifest[] other = [Plain, Secret, Signed, Plain with { Slots = 2 }];
        Assert.Equal(other.Length, other.Select(Placement.Needs).Distinct().Count());
    }
}
