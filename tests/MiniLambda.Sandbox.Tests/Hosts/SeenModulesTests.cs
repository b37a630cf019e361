using MiniLambda.Domain.Blobs;
using MiniLambda.Sandbox.Hosts;

namespace MiniLambda.Sandbox.Tests.Hosts;

public sealed class SeenModulesTests
{
    private static readonly BlobDigest[] Modules = [.. Enumerable.Range(0, 3).Select(i => BlobDigest.Of([(byte)i]))];

    [Fact]
    public void The_module_that_was_used_longest_ago_is_forgotten_first()
    {
        var seen = new SeenModules(capacity: 2);
        Assert.True(seen.IsEmpty);
        seen.Add(Modules[0], metered: false);
        seen.Add(Modules[1], metered: false);
        seen.Add(Modules[0], metered: false);

        seen.Add(Modules[2], metered: false);

        Assert.Equal([true, false, true], Modules.Select(m => seen.Contains(m, metered: false)));
        Assert.False(seen.Contains(Modules[0], metered: true));
    }

    [Fact]
    public void A_host_that_keeps_nothing_loaded_has_still_been_used()
    {
        var seen = new SeenModules(capacity: 0);

        seen.Add(Modules[0], metered: false);

        Assert.False(seen.IsEmpty);
    }
}
