using CsCheck;
using MiniLambda.Workbench.Screens.Editor;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Tests.Screens.Editor;

public sealed class TomlColoursTests
{
    [Theory]
    [InlineData("name = \"resize\" # why", "NNNN   TTTTTTTT CCCCC")]
    [InlineData("[limits] # x", "SSSSSSSSSCCC")]
    [InlineData("fuel = 10_000", "NNNN   999999")]
    [InlineData("clock = true", "NNNNN   KKKK")]
    [InlineData("a.b = -1.5", "NNN   9999")]
    [InlineData("mounts = { \"/p\" = \"p:ro\" }", "NNNNNN     NNNN   TTTTTT  ")]
    [InlineData("on = ['trap', \"e#\"]", "NN    TTTTTT  TTTT ")]
    [InlineData("x = \"a\\\"b\"", "N   TTTTTT")]
    public void Parts_of_a_line_have_their_roles(string line, string expected) => Assert.Equal(expected, Shown(line, default).Roles);

    [Fact]
    public void A_long_string_and_a_list_go_on_over_lines()
    {
        var (_, open) = Shown("d = \"\"\"begins", default);
        Assert.Equal('"', open.Quote);
        var (roles, closed) = Shown("# no comment\"\"\" # one", open);
        Assert.Equal("TTTTTTTTTTTTTTT CCCCC", roles);
        Assert.Equal(default, closed);
        var (_, list) = Shown("args = [", default);
        Assert.Equal("    TTT ", Shown("   [\"a\"]", list).Roles);
    }

    [Fact]
    public void Any_line_can_be_coloured() => Gen.Select(Gen.String[Gen.Char["[]{}\"'#=\\ .a1+\t漢"], 0, 30], Gen.OneOf('\0', '"', '\''), Gen.Int[0, 2])
        .Sample((line, quote, depth) => TomlColours.Colour(line, new TomlState(quote, depth), new ThemeRole[line.Length]));

    private static (string Roles, TomlState State) Shown(string line, TomlState state)
    {
        var roles = new ThemeRole[line.Length];
        var after = TomlColours.Colour(line, state, roles);
        return (string.Concat(roles.Select(role => role switch
        {
            ThemeRole.Name => 'N',
            ThemeRole.Text => 'T',
            ThemeRole.Comment => 'C',
            ThemeRole.Section => 'S',
            ThemeRole.Number => '9',
            ThemeRole.Constant => 'K',
            _ => ' ',
        })), after);
    }
}
