using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell() => Assert.Equal(
        """
        NAME    STATE
        a       ok
        longer  b

        """,
        Written(new TextTable("NAME", "STATE"), ["a", "ok"], ["longer", "b"]));

    [Fact]
    public void Wide_characters_take_two_columns_and_marks_none() => Assert.Equal(
        """
        NAME    STATE
        漢字    wide
        e\u0301té     marks
        🙂ok    emoji

        """.Replace(@"\u0301", "\u0301", StringComparison.Ordinal),
        Written(new TextTable("NAME", "STATE"), ["漢字", "wide"], ["e\u0301té", "marks"], ["🙂ok", "emoji"], ["abcdef", ""])
            .Replace("abcdef\n", "", StringComparison.Ordinal));

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("日本", 4)]
    [InlineData("한국", 4)]
    [InlineData("ＡＢ", 4)]
    [InlineData("a\u0308", 1)]
    [InlineData("a\u200bb", 2)]
    [InlineData("🙂", 2)]
    [InlineData("€—é", 3)]
    public void A_text_is_as_wide_as_it_looks(string text, int columns) => Assert.Equal(columns, TextWidth.Of(text));

    [Fact]
    public void A_cell_cannot_forge_a_row_or_steer_the_terminal() => Assert.Equal(
        "NAME               STATE\nx\\x0ay  SUCCEEDED  failed\\x1b[2J\n",
        Written(new TextTable("NAME", "STATE"), ["x\ny  SUCCEEDED", "failed\u001b[2J"]));

    [Fact]
    public void Nothing_is_cut_however_long_it_is()
    {
        var message = new string('x', 5000);
        Assert.Contains(message, Written(new TextTable("NAME", "MESSAGE"), ["a", message]), StringComparison.Ordinal);
    }

    [Fact]
    public void No_line_ends_in_blanks() =>
        Assert.DoesNotContain(" \n", Written(new TextTable("A", "B"), ["long cell", ""], ["a", "b"]), StringComparison.Ordinal);

    [Fact]
    public void An_empty_table_says_so_instead_of_its_head() => Assert.Equal("no jobs\n", Written(new TextTable("ID") { WhenEmpty = "no jobs" }));

    [Fact]
    public void A_table_without_head_and_rows_is_nothing() => Assert.Equal("", Written(new TextTable()));

    private static string Written(TextTable table, params string[][] rows)
    {
        foreach (var row in rows)
            table.Add(row);
        using var output = new StringWriter { NewLine = "\n" };
        table.Write(output);
        return output.ToString();
    }
}
