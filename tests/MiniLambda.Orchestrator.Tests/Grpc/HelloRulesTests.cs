using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Tests.Grpc;

public sealed class HelloRulesTests
{
    [Fact]
    public void A_usual_hello_is_taken() => Assert.Null(HelloRules.Problem(Hello()));

    [Theory]
    [InlineData("")]
    [InlineData("w")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void An_instance_that_names_nobody_is_refused(string instance) => Refuse("instance", hello => hello.Instance = instance);

    [Fact]
    public void Texts_are_short()
    {
        var text = new string('x', HelloRules.MaxText + 1);
        Refuse("characters", hello => hello.Capabilities.Labels["room"] = text);
        Refuse("characters", hello => hello.Capabilities.Labels[text] = "");
        Refuse("characters", hello => hello.Capabilities.Exports[text] = true);
        Refuse("characters", hello => hello.Capabilities.EngineFingerprint = text);
        Refuse("characters", hello => hello.Capabilities.Walls.Add(new Wall { Detail = text }));
    }

    [Fact]
    public void Lists_are_short()
    {
        Refuse("labels", hello =>
        {
            for (var i = 0; i <= HelloRules.MaxPairs; i++)
                hello.Capabilities.Labels[$"{i}"] = "";
        });
        Refuse("walls", hello => hello.Capabilities.Walls.Add(Enumerable.Range(0, HelloRules.MaxWalls + 1).Select(_ => new Wall())));
        Refuse("attempts", hello => hello.Held.Add(Enumerable.Range(0, HelloRules.MaxHeld + 1).Select(_ => new HeldLease())));
    }

    [Fact]
    public void Numbers_are_not_negative()
    {
        Refuse("memory", hello => hello.Capabilities.Memory = -1);
        Refuse("cores", hello => hello.Capabilities.Cores = -1);
    }

    [Fact]
    public void A_worker_without_capabilities_is_refused() => Refuse("slots", hello => hello.Capabilities = null);

    [Fact]
    public void What_a_worker_tells_of_its_cache_loses_what_makes_no_sense()
    {
        var told = new ArtifactCache { Size = -1, Hits = -2, Misses = -3 };
        told.Artifacts.Add(new CachedArtifact { ModuleDigest = "short" });
        told.Artifacts.Add(Enumerable.Range(0, 200).Select(_ => new CachedArtifact { ModuleDigest = new string('a', 64) }));
        var cache = WorkerMapping.Cache(told);
        Assert.Equal((0, 0, 0), (cache.Size, cache.Hits, cache.Misses));
        Assert.InRange(cache.Artifacts.Count, 1, 100);
        Assert.All(cache.Artifacts, artifact => Assert.Equal((64, TimeSpan.Zero), (artifact.ModuleDigest.Length, artifact.Compile.ToTimeSpan())));
    }

    private static void Refuse(string word, Action<WorkerHello> spoil)
    {
        var hello = Hello();
        spoil(hello);
        Assert.Contains(word, HelloRules.Problem(hello), StringComparison.Ordinal);
    }

    private static WorkerHello Hello() => new()
    {
        Name = "attic.1",
        Instance = Guid.NewGuid().ToString(),
        Capabilities = new WorkerCapabilities { Arch = "x86_64", Os = "linux", Cores = 4, Memory = 1 << 30, Slots = 4, Labels = { ["room"] = "attic" } },
    };
}
