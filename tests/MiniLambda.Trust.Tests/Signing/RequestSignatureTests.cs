using System.Security.Cryptography;
using MiniLambda.Trust.Signing;

namespace MiniLambda.Trust.Tests.Signing;

public sealed class RequestSignatureTests
{
    private const string Nonce = "0123456789abcdef";
    private static readonly byte[] Key = SHA256.HashData("key"u8);
    private static readonly DateTimeOffset At = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_signed_is_read_back()
    {
        var read = Read(Signed());
        Assert.Equal(("id", Nonce, At), (read!.KeyId, read.Nonce, read.Created));
        Assert.Equal(SHA256.HashData("body"u8), read.BodyDigest.ToArray());
        Assert.True(read.IsOf(Key, "POST", "/a?b=c", Tenant));
    }

    [Theory]
    [InlineData("GET", "/a?b=c")]
    [InlineData("POST", "/A?b=c")]
    [InlineData("POST", "/a")]
    [InlineData("POST", "/a?")]
    [InlineData("POST", "/a?b=d")]
    public void Another_method_path_or_query_is_not_what_was_signed(string method, string target) =>
        Assert.False(Read(Signed())!.IsOf(Key, method, target, Tenant));

    [Fact]
    public void Another_key_did_not_sign_it() => Assert.False(Read(Signed())!.IsOf(SHA256.HashData("other"u8), "POST", "/a?b=c", Tenant));

    [Theory]
    [InlineData("created=1777636800", "created=1777636801")]
    [InlineData("keyid=\"id\"", "keyid=\"ie\"")]
    [InlineData(Nonce, "0123456789abcdee")]
    public void What_goes_with_it_is_signed_too(string from, string to)
    {
        var signed = Signed();
        Assert.Contains(from, signed.SignatureInput, StringComparison.Ordinal);
        Assert.False(Read(signed with { SignatureInput = signed.SignatureInput.Replace(from, to, StringComparison.Ordinal) })!.IsOf(Key, "POST", "/a?b=c", Tenant));
    }

    [Theory]
    [InlineData("\"@method\" \"@path\" \"@query\" \"content-digest\"", "\"@method\" \"@path\" \"@query\"")]
    [InlineData(" \"minilambda-tenant\")", " \"minilambda-tenant\" \"minilambda-tenant\")")]
    [InlineData(" \"minilambda-tenant\")", " \"minilambda-tenant\" \"idempotency-key\" \"minilambda-tenant\")")]
    [InlineData(" \"minilambda-tenant\")", " \"accept\")")]
    [InlineData(";alg=\"hmac-sha256\"", ";alg=\"none\"")]
    [InlineData(";alg=", ";expires=1;alg=")]
    [InlineData(";alg=", ";created=1;alg=")]
    [InlineData("keyid=\"id\"", "keyid=7")]
    [InlineData("sig=", "other=")]
    [InlineData(Nonce, "short")]
    public void A_signature_of_another_form_is_not_read(string from, string to)
    {
        var signed = Signed();
        Assert.Null(Read(signed with { SignatureInput = signed.SignatureInput.Replace(from, to, StringComparison.Ordinal) }));
    }

    [Fact]
    public void Garbage_is_not_read()
    {
        var signed = Signed();
        foreach (var garbage in new[] { null, "", "sig=", "sig=::", "sig=:AAAA:", new string('a', 100_000), "sig=();" + string.Concat(Enumerable.Repeat("a=1;", 100)) })
        {
            Assert.Null(RequestSignature.Parse(garbage, signed.Signature, signed.Digest));
            Assert.Null(RequestSignature.Parse(signed.SignatureInput, garbage, signed.Digest));
            Assert.Null(RequestSignature.Parse(signed.SignatureInput, signed.Signature, garbage));
        }
    }

    [Fact]
    public void A_header_that_was_signed_cannot_be_changed_taken_away_or_left_out_of_what_is_covered()
    {
        var signed = Signed();
        Assert.Equal(["minilambda-tenant"], Read(signed)!.CoveredHeaders);
        Assert.False(Read(signed)!.IsOf(Key, "POST", "/a?b=c", static _ => "music"));
        Assert.False(Read(signed)!.IsOf(Key, "POST", "/a?b=c", static _ => null));
        var loose = signed with { SignatureInput = signed.SignatureInput.Replace(" \"minilambda-tenant\"", "", StringComparison.Ordinal) };
        Assert.False(Read(loose)!.IsOf(Key, "POST", "/a?b=c", Tenant));
    }

    private static string? Tenant(string header) => header == "minilambda-tenant" ? "photos" : null;

    private static Headers Signed()
    {
        var (digest, input, signature) = RequestSignature.Sign("id", Key, "POST", "/a?b=c", "body"u8, At, Nonce, Tenant);
        return new Headers(digest, input, signature);
    }

    private static RequestSignature? Read(Headers headers) => RequestSignature.Parse(headers.SignatureInput, headers.Signature, headers.Digest);

    private sealed record Headers(string Digest, string SignatureInput, string Signature);
}
