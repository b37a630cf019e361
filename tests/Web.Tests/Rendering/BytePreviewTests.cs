using System.Text;
using MiniLambda.Orchestrator.Web.Rendering;

namespace MiniLambda.Web.Tests.Rendering;

public sealed class BytePreviewTests
{
    [Fact]
    public void Text_is_shown_with_what_could_steer_a_reader_in_plain_sight()
    {
        var preview = Of("red \u001b[31mand\u202e back\r\nnext\tline");
        Assert.True(preview.IsText);
        Assert.Equal("red \\x1b[31mand\\u202e back\nnext\tline", preview.Text);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_as_numbers()
    {
        var preview = BytePreview.Of([0x00, 0x61, 0x73, 0x6d], 4);
        Assert.False(preview.IsText);
        Assert.Equal("0000  00 61 73 6d\n", preview.Text);
    }

    [Fact]
    public void A_long_text_is_cut_and_a_character_at_the_cut_makes_no_binary_of_it()
    {
        var bytes = Encoding.UTF8.GetBytes("x" + new string('ä', 40_000));
        var preview = BytePreview.Of(bytes, bytes.Length);
        Assert.True(preview.IsText);
        Assert.InRange(preview.Shown, 32_000, 32 << 10);
        Assert.EndsWith("ä", preview.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_empty() => Assert.Equal(new BytePreview("", true, 0, 0), Of(""));

    private static BytePreview Of(string text) => BytePreview.Of(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetByteCount(text));
}
