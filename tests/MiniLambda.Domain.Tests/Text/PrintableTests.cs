using CsCheck;
using MiniLambda.Domain.Text;

namespace MiniLambda.Domain.Tests.Text;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("fd_write", "fd_write")]
    [InlineData("größe 数 😀", "größe 数 😀")]
    [InlineData("a\ttab", "a tab")]
    [InlineData("two\nlines\r\n", @"two\x0alines\x0d\x0a")]
    [InlineData("\u001b[2Jgone", @"\x1b[2Jgone")]
    [InlineData("\u009b31m", @"\x9b31m")]
    [InlineData("a\u202eb\u2028c\0", @"a\u202eb\u2028c\x00")]
    [InlineData("na\u200bme", @"na\u200bme")]
    [InlineData("👩\u200d🔧", "👩\u200d🔧")]
    public void Text_from_outside_stands_in_one_line_and_orders_nothing(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public void Long_text_is_cut_and_says_so()
    {
        Assert.Equal(new string('x', 100), Printable.Of(new string('x', 100)));
        Assert.Equal(new string('x', 100) + "…", Printable.Of(new string('x', 1_000_000)));
    }

    [Fact]
    public void A_line_is_shown_whole() => Assert.Equal(new string('x', 5000) + @"\x07", Printable.Line(new string('x', 5000) + "\a"));

    [Fact]
    public void A_cut_never_goes_through_a_character() =>
        Assert.Equal(new string('x', 99) + "…", Printable.Of(new string('x', 99) + "😀 and more"));

    [Fact]
    public void Nothing_whatever_breaks_the_line() => Gen.String.Sample(text =>
    {
        var shown = Printable.Of(text);
        Assert.DoesNotContain(shown, char.IsControl);
        Assert.InRange(shown.Length, 0, (6 * Printable.MaxLength) + 1);
    });
}
