using MiniLambda.Workbench.Commands.Live;

namespace MiniLambda.Workbench.Tests.Commands.Live;

public sealed class ListChangesTests
{
    [Fact]
    public void Only_what_is_new_changed_or_gone_is_told()
    {
        var changes = new ListChanges<(string Name, int State, int Load)>(item => item.Name, item => item.State);
        Assert.Equal(["a", "b"], changes.Next([("a", 1, 5), ("b", 1, 5)]).Changed.Select(item => item.Name));
        Assert.Empty(changes.Next([("a", 1, 6), ("b", 1, 7)]).Changed);
        var (changed, gone) = changes.Next([("a", 2, 6), ("c", 1, 7)]);
        Assert.Equal(["a", "c"], changed.Select(item => item.Name));
        Assert.Equal(["b"], gone);
        Assert.Equal(["b"], changes.Next([("a", 2, 6), ("b", 1, 7), ("c", 1, 7)]).Changed.Select(item => item.Name));
    }
}
