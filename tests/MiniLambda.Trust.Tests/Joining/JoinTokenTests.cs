using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Joining;

namespace MiniLambda.Trust.Tests.Joining;

public sealed class JoinTokenTests
{
    private static readonly Fingerprint Authority = Fingerprint.Of("authority"u8);
    private static readonly Uri[] Servers = [new("https://attic.lan:7070"), new("https://[fd00::7]:7070")];

    [Fact]
    public void What_is_written_is_read_again()
    {
        var token = JoinToken.Create(Authority, Servers);
        var read = JoinToken.TryParse($" {token.ToText()}\n", out _);
        Assert.NotNull(read);
        Assert.Equal((token.Id, token.Authority), (read.Id, read.Authority));
        Assert.Equal(token.Key, read.Key);
        Assert.Equal(Servers, read.Servers);
        Assert.All(token.ToText(), c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    [Fact]
    public void A_token_that_is_cut_off_anywhere_is_told_as_such()
    {
        var text = JoinToken.Create(Authority, Servers).ToText();
        for (var length = "mlj1_".Length; length < text.Length; length++)
        {
            Assert.Null(JoinToken.TryParse(text[..length], out var problem));
            Assert.Equal("the join token is cut off: copy the whole line again", problem);
        }
    }

    [Fact]
    public void A_token_with_a_character_mistyped_is_refused()
    {
        var text = JoinToken.Create(Authority, Servers).ToText();
        for (var at = 0; at < text.Length; at++)
            Assert.Null(JoinToken.TryParse(text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..], out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("K10abc::server:def")]
    [InlineData("mlj1_")]
    [InlineData("mlj1_AAAA")]
    [InlineData("mlj1_!")]
    [InlineData("mlj1_AGdB_0Yv1F8FoKxFnlv1jPvsYvleMO_5-Z2wyZqA9eZpjBUB9Wvz6v17VdmNzsr5ZouAmMC2Ih3idVccKmHtfTV3ARUafkNNnnQBF2h0dHBzOi8vMTI3LjAuMC4xOjQxMDU3VlFWiB")]
    public void What_is_no_token_is_refused_with_a_reason(string text)
    {
        Assert.Null(JoinToken.TryParse(text, out var problem));
        Assert.NotEmpty(problem);
        Assert.True(text.Length == 0 || !problem.Contains(text, StringComparison.Ordinal) || text.Length < 6, "a reason repeats no secret");
    }

    [Fact]
    public void A_token_as_a_word_in_a_sentence_holds_no_secret()
    {
        var token = JoinToken.Create(Authority, Servers);
        Assert.Equal($"join token {token.Id}", $"{token}");
    }
}
