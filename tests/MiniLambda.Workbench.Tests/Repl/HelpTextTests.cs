using MiniLambda.Workbench.Repl;

namespace MiniLambda.Workbench.Tests.Repl;

/// <summary>What <c>.help</c> prints.</summary>
public sealed class HelpTextTests
{
    [Fact]
    public void No_line_is_broken_by_a_terminal_of_eighty_columns() => Assert.All(HelpText.All.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
}
