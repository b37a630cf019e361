using System.CommandLine;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Help;

namespace MiniLambda.Workbench.Tests.Commands.Help;

/// <summary>Every command of the tree, and what its help says.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Leaves => [.. Within(Tree(), "").Where(c => c.Command.Subcommands.Count == 0).Select(c => c.Path)];

    public static TheoryData<string> All => [.. Within(Tree(), "").Select(c => c.Path)];

    [Theory]
    [MemberData(nameof(Leaves))]
    public void A_command_says_more_than_a_line_and_has_an_example(string path)
    {
        var page = HelpPages.Of(path);
        Assert.True(page.Details.Length > 0, $"there is no page for '{path}'");
        Assert.NotEmpty(page.Examples);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_example_is_a_line_that_is_understood(string path) => Assert.All(HelpPages.Of(path).Examples, example =>
    {
        var line = Assert.Single(Shell(example.Line).Where(words => words is ["minilambda", ..] or ["xargs", "minilambda", ..]).TakeLast(1));
        string[] words = line[0] == "xargs" ? [.. line[2..], "j-1"] : line[1..];
        var parsed = Tree().Parse(words);
        Assert.Empty(parsed.Errors);
        Assert.Empty(UsageErrors.IsUnknown(parsed) ? words : []);
        // An example of a command is one of that command, or of the one that it is short for.
        var named = string.Join(' ', words);
        if (path.Length > 0)
            Assert.True(line[0] == "xargs" || IsOf(named, path), $"'{example.Line}' is no example of '{path}'");
    });

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_to_be_seen_too_is_there(string path) => Assert.All(
        HelpPages.Of(path).SeeAlso, other => Assert.Contains(other, Within(Tree(), "").Select(c => c.Path)));

    [Theory]
    [MemberData(nameof(All))]
    public void A_page_fits_the_terminal_but_for_what_is_to_be_copied(string path)
    {
        var command = Within(Tree(), "").Single(c => c.Path == path).Command;
        var copied = HelpPages.Of(path).Examples.Select(e => $"  {e.Line}").ToHashSet();
        foreach (var columns in new[] { 40, 60, 80, 100, 200 })
        {
            Assert.All(
                HelpText.Of(command, path, columns).Where(line => !copied.Contains(line)),
                line => Assert.True(line.Length <= Math.Min(columns, 100), $"{columns}: {line}"));
        }
    }

    [Fact]
    public void A_page_has_one_layout() => Assert.Equal(
        ["Usage: minilambda job wait ID... [flags]", "Arguments:", "Flags:", "Flags of every command:", "Examples:", "Exit codes:", "See also: minilambda submit, minilambda job logs"],
        HelpText.Of(Within(Tree(), "").Single(c => c.Path == "job wait").Command, "job wait", 80)
            .Where(line => line.Length > 0 && char.IsUpper(line[0]) && (line.EndsWith(':') || line.Contains(": minilambda", StringComparison.Ordinal))));

    [Theory]
    [InlineData("--help", "Usage: minilambda COMMAND [flags]")]
    [InlineData("job --help", "Usage: minilambda job COMMAND [flags]")]
    [InlineData("job wait -h", "Usage: minilambda job wait ID... [flags]")]
    [InlineData("help", "Usage: minilambda COMMAND [flags]")]
    [InlineData("help job wait", "Usage: minilambda job wait ID... [flags]")]
    [InlineData("invoke --help", "Usage: minilambda invoke [TARGET] [flags] [-- ARG...]")]
    [InlineData("ps --help", "Jobs, newest first (short for 'minilambda job list')")]
    [InlineData("top --help", "      --interval <duration>  time between two looks, 100ms to 1d (default: 2s)")]
    public async Task Help_is_had_by_flag_and_by_word(string line, string expected)
    {
        var typed = await TypedCommand.RunAsync(line.Split(' '));
        Assert.Equal((0, ""), (typed.ExitCode, typed.Error));
        Assert.Contains(expected, typed.Out.Split('\n'));
    }

    [Theory]
    [InlineData("help jb", "error: there is no command 'jb'; did you mean 'job'?")]
    [InlineData("help job expain", "error: there is no command 'job expain'; did you mean 'explain'?")]
    public async Task What_was_meant_is_guessed(string line, string expected)
    {
        var typed = await TypedCommand.RunAsync(line.Split(' '));
        Assert.Equal((2, expected), (typed.ExitCode, typed.Errors[0]));
    }

    private static bool IsOf(string words, string path) =>
        words.StartsWith(path, StringComparison.Ordinal) || words.StartsWith(HelpPages.LongForm(path) ?? path, StringComparison.Ordinal)
        || Within(Tree(), "").Any(c => HelpPages.LongForm(c.Path) is { } full && (full == path || full == HelpPages.LongForm(path)) && words.StartsWith(c.Path, StringComparison.Ordinal));

    private static RootCommand Tree() => CommandTree.Create(new GlobalOptions(), CommandTerminal.System());

    private static IEnumerable<(Command Command, string Path)> Within(Command command, string path) => command.Subcommands.Where(c => !c.Hidden)
        .SelectMany(c => Within(c, path.Length == 0 ? c.Name : $"{path} {c.Name}")).Prepend((command, path));

    /// <summary>The commands of a line of shell, without where they read from and write to.</summary>
    private static IEnumerable<string[]> Shell(string line) => line.Split(" | ").Select(part => part.Split(" > ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
