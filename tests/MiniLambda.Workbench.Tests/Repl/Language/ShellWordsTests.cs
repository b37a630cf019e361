using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Tests.Repl.Language;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("a 'b c' \"d e\" f\\ g", "a|b c|d e|f g")]
    [InlineData("''", "")]
    [InlineData("  ", null)]
    [InlineData("a # the rest", "a")]
    public void Words_are_split_as_a_shell_does(string line, string? words)
    {
        Assert.True(ShellWords.TrySplit(line, out var split, out _));
        Assert.Equal(words, split.Count == 0 ? null : string.Join('|', split));
    }

    [Theory]
    [InlineData("job list | head", "'|'")]
    [InlineData("a 'b", "a ' is not closed")]
    [InlineData("a \\", "nothing follows")]
    [InlineData("a $MINILAMBDA_NOBODY_SETS_THIS", "there is no variable")]
    public void What_a_shell_would_take_otherwise_is_told(string line, string problem)
    {
        Assert.False(ShellWords.TrySplit(line, out _, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }
}
