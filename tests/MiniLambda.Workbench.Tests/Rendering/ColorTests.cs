using System.CommandLine;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class ColorTests
{
    [Fact]
    public void States_have_colours_and_nothing_else_moves()
    {
        var table = new TextTable("ID", "STATE", "AGE");
        table.Add("a", "failed", "5s");
        table.Add("failed", "running", "12s");
        var plain = table.Lines().ToList();
        var colored = table.Lines(isColored: true).ToList();
        Assert.Equal(plain, colored.Select(Tones.Strip));
        Assert.Equal("a       \u001b[31mfailed\u001b[0m   5s", colored[1]);
        Assert.Equal("failed  \u001b[36mrunning\u001b[0m  12s", colored[2]);
    }

    [Fact]
    public void The_state_of_a_single_thing_has_its_colour_too()
    {
        var table = new TextTable();
        table.Add("state", "failed (dead letter)");
        Assert.Equal(["state  \u001b[31mfailed (dead letter)\u001b[0m"], table.Lines(isColored: true));
    }

    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("longer", 5, "long…")]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("\u001b[31mred\u001b[0m", 3, "\u001b[31mred\u001b[0m")]
    [InlineData("\u001b[31mlonger\u001b[0m", 5, "\u001b[31mlong…\u001b[0m")]
    [InlineData("a \u001b[31mb\u001b[0m longer", 6, "a \u001b[31mb\u001b[0m l…")]
    [InlineData("anything", 1, "…")]
    [InlineData("anything", 0, "")]
    public void A_line_is_cut_by_what_is_seen_of_it(string line, int columns, string clipped) => Assert.Equal(clipped, TextWidth.Clip(line, columns));

    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1", false)]
    [InlineData("TERM=dumb", false)]
    public void Colours_are_for_terminals_that_want_them(string environment, bool isColored)
    {
        var variables = environment.Split('=') is [var name, var value] ? new Dictionary<string, string> { [name] = value } : [];
        Assert.Equal(isColored, Coloring.IsWanted(Parse("context list"), Terminal(variables)));
        Assert.False(Coloring.IsWanted(Parse("context list --no-color"), Terminal(variables)));
    }

    private static ParseResult Parse(string line) => CommandTree
        .Create(new GlobalOptions(), Terminal([])).Parse(line.Split(' '));

    private static CommandTerminal Terminal(Dictionary<string, string> variables) => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OutStream = Stream.Null,
        ErrorStream = Stream.Null,
        OpenInput = () => Stream.Null,
        IsOutTerminal = true,
        Variable = variables.GetValueOrDefault,
    };
}
