using MiniLambda.Trust.Tokens;

namespace MiniLambda.Trust.Tests.Tokens;

public sealed class TokenTextTests
{
    [Fact]
    public void A_token_bears_its_id_and_no_two_are_alike()
    {
        var (id, text) = TokenText.Create();
        Assert.StartsWith($"mlt_{id}_", text, StringComparison.Ordinal);
        Assert.Equal(id, TokenText.IdOf(text));
        Assert.False(TokenText.IsDamaged(text));
        Assert.NotEqual(text, TokenText.Create().Text);
    }

    [Fact]
    public void A_token_that_is_not_whole_is_told_apart_by_who_holds_it()
    {
        var text = TokenText.Create().Text;
        for (var length = 4; length < text.Length; length++)
            Assert.True(TokenText.IsDamaged(text[..length]), $"{length}");
        Assert.True(TokenText.IsDamaged(text + "x"));
        Assert.True(TokenText.IsDamaged(text[..20] + (text[20] == 'A' ? 'B' : 'A') + text[21..]));
        Assert.False(TokenText.IsDamaged("any other text"));
    }

    [Fact]
    public void A_token_of_another_form_is_known_by_its_digest() => Assert.Matches("^file-[0-9a-f]{16}$", TokenText.IdOf("s3cret"));

    // Pinned: what is stored is compared with this, and scripts sign with it.
    [Fact]
    public void What_is_kept_of_a_token_is_a_digest_salted_with_its_id()
    {
        Assert.Equal(
            System.Security.Cryptography.SHA256.HashData("minilambda-token:abc:text"u8), TokenText.Verifier("abc", "text"));
        Assert.NotEqual(TokenText.Verifier("abc", "text"), TokenText.Verifier("abd", "text"));
    }
}
