using System.Text;
using CsCheck;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("plain text\n\twith a tab\n", "plain text\n\twith a tab\n")]
    [InlineData("größer 漢字 🙂", "größer 漢字 🙂")]
    [InlineData("\u001b[2J\u001b]0;title\u0007", @"\x1b[2J\x1b]0;title\x07")]
    [InlineData("\u001b]52;c;cm0gLXJm\u001b\\", @"\x1b]52;c;cm0gLXJm\x1b\")]
    [InlineData("over\rwritten\b\b", @"over\x0dwritten\x08\x08")]
    [InlineData("\u009b31m", @"\x9b31m")]
    [InlineData("\u007f\0", @"\x7f\x00")]
    [InlineData("user\u202etxt.exe\u2066", @"user\u202etxt.exe\u2066")]
    public void What_could_steer_a_terminal_is_shown(string written, string shown) => Assert.Equal(shown, LogText.Escape(Encoding.UTF8.GetBytes(written)));

    [Theory]
    [InlineData(new byte[] { 0xff, 0x61 }, @"\xffa")]
    [InlineData(new byte[] { 0x61, 0xe2, 0x82 }, @"a\xe2\x82")]
    [InlineData(new byte[] { 0xc0, 0x9b }, @"\xc0\x9b")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, @"\xed\xa0\x80")]
    public void What_is_no_text_is_shown_byte_by_byte(byte[] written, string shown) => Assert.Equal(shown, LogText.Escape(written));

    [Fact]
    public void Nothing_that_a_guest_writes_reaches_the_terminal_as_a_control() => Gen.Byte.Array[0, 200].Sample(
        bytes => Assert.DoesNotContain(LogText.Escape(bytes), c => char.IsControl(c) && c is not ('\n' or '\t')));

    [Fact]
    public void A_log_looks_the_same_however_it_was_cut_into_pieces() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array[0, 60], Gen.String.Select(Encoding.UTF8.GetBytes)), Gen.Int[1, 5]).Sample((bytes, size) =>
            Assert.Equal(LogText.Escape(bytes), Printed(bytes.Chunk(size), isTerminal: true)));

    [Fact]
    public void A_log_that_goes_to_a_file_is_left_as_it_is() =>
        Assert.Equal("\u001b[31m\u202e", Printed([Encoding.UTF8.GetBytes("\u001b[31m\u202e")], isTerminal: false));

    private static string Printed(IEnumerable<byte[]> pieces, bool isTerminal)
    {
        using var target = new MemoryStream();
        var printer = new LogPrinter(target, isTerminal);
        foreach (var piece in pieces)
            printer.Print(piece);
        printer.End();
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
