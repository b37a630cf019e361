using MiniLambda.Workbench.Repl.Editing;

namespace MiniLambda.Workbench.Tests.Repl.Editing;

public sealed class KeyDecoderTests
{
    [Theory]
    [InlineData("ab", "Text:a Text:b")]
    [InlineData("日😀", "Text:日 Text:😀")]
    [InlineData("\r\t\u007f", "Enter Tab Backspace")]
    [InlineData("\u0001\u0012\u001a", "Ctrl:a Ctrl:r Ctrl:z")]
    [InlineData("\u001b[A\u001bOB\u001b[C\u001b[D", "Up Down Right Left")]
    [InlineData("\u001b[H\u001b[4~\u001b[3~\u001b[Z", "Home End Delete BackTab")]
    [InlineData("\u001b[1;5C\u001b[1;3D", "WordRight WordLeft")]
    [InlineData("\u001bb\u001bF\u001b\u007f", "Alt:b Alt:f Alt:\b")]
    [InlineData("\u001b[99;99;99u", "Other")]
    [InlineData("\u001b\u001b[A", "Escape Up")]
    [InlineData("\u001b[200~a\r\nb\nc\u001b[31m\u001b[201~d", "Paste:a\nb\nc[31m Text:d")]
    public void What_a_terminal_sends_becomes_keys(string sent, string keys) => Assert.Equal(keys, Text(new KeyDecoder().Decode(sent)));

    [Fact]
    public void A_sequence_may_come_in_pieces()
    {
        var decoder = new KeyDecoder();
        Assert.Equal(["", "", "Up"], Pieces(decoder, "\u001b", "[", "A"));
        Assert.Equal(["", "", "Paste:xy"], Pieces(decoder, "\u001b[200~x", "y\u001b[20", "1~"));
        Assert.False(decoder.IsUndecided);
    }

    [Fact]
    public void An_escape_that_nothing_follows_is_the_key()
    {
        var decoder = new KeyDecoder();
        Assert.Empty(decoder.Decode("\u001b"));
        Assert.True(decoder.IsUndecided);
        Assert.Equal("Escape", Text(decoder.Settle()));
        Assert.Empty(decoder.Settle());
    }

    [Fact]
    public void A_paste_that_is_too_long_is_cut()
    {
        var decoder = new KeyDecoder();
        decoder.Decode("\u001b[200~");
        decoder.Decode(new string('x', KeyDecoder.MaxPaste + 5));
        Assert.Equal(KeyDecoder.MaxPaste, Assert.Single(decoder.Decode("\u001b[201~")).Text.Length);
    }

    private static IEnumerable<string> Pieces(KeyDecoder decoder, params string[] pieces) => [.. pieces.Select(piece => Text(decoder.Decode(piece)))];

    private static string Text(IEnumerable<Key> keys) => string.Join(' ', keys.Select(k => k.Text.Length > 0 ? $"{k.Kind}:{k.Text}" : $"{k.Kind}"));
}
