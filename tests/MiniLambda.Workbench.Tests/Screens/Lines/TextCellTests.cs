using CsCheck;
using MiniLambda.Workbench.Screens.Lines;

namespace MiniLambda.Workbench.Tests.Screens.Lines;

public sealed class TextCellTests
{
    [Theory]
    [InlineData("ab", "a0 b1")]
    [InlineData("a\tb", "a0 1 b8")]
    [InlineData("漢字", "漢0 字2")]
    [InlineData("e\u0301x", "e\u03010 x1")]
    [InlineData("\u001b[m", "␛0 [1 m2")]
    [InlineData("\u007f\u009b", "␡0 \ufffd1")]
    [InlineData("a\u202eb", "a0 \ufffd1 b2")]
    public void Characters_stand_where_a_terminal_has_room_for_them(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Cells(text).Select(c => c.Glyph(text).Trim(' ') + c.Column)));

    [Fact]
    public void Half_a_surrogate_pair_is_one_sign() => Assert.Equal(2, Cells("\ud800x").Count);

    [Fact]
    public void Cells_cover_every_text_without_a_gap() => Gen.String.Sample(text =>
    {
        var (index, column) = (0, 0);
        foreach (var cell in Cells(text))
        {
            Assert.Equal((index, column), (cell.Index, cell.Column));
            Assert.DoesNotContain(cell.Glyph(text), char.IsControl);
            Assert.True(cell is { Length: > 0, Width: > 0 });
            (index, column) = (index + cell.Length, cell.End);
        }

        Assert.Equal(text.Length, index);
    });

    [Theory]
    [InlineData("abcdef", 4, "0 4")]
    [InlineData("abcd", 4, "0")]
    [InlineData("", 4, "0")]
    [InlineData("漢字漢字", 5, "0 2")]
    [InlineData("漢字", 1, "0 1")]
    public void Wide_characters_are_not_cut_in_two(string text, int width, string expected)
    {
        var starts = new List<int>();
        TextCell.Wrap(Cells(text), width, starts);
        Assert.Equal(expected, string.Join(' ', starts));
    }

    private static List<TextCell> Cells(string text)
    {
        var cells = new List<TextCell>();
        TextCell.Layout(text, cells);
        return cells;
    }
}
