using System.Security.Cryptography;
using System.Text;
using MiniLambda.Trust.Modules;

namespace MiniLambda.Trust.Tests.Modules;

public sealed class SigningTests : IDisposable
{
    private static readonly ModuleStatement Statement = new("f", new string('a', 64), new string('b', 64));

    private readonly SigningKey _key = SigningKey.Create();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_statement_is_these_four_lines() => Assert.Equal(
        $"minilambda module signature 1\nfunction f\nmodule sha256:{new string('a', 64)}\nmanifest sha256:{new string('b', 64)}\n",
        Encoding.UTF8.GetString(Statement.ToBytes()));

    [Fact]
    public void A_signature_holds_for_its_statement_and_its_key_alone()
    {
        using var other = SigningKey.Create();
        var signature = _key.Sign(Statement);
        Assert.True(_key.Signer.Verifies(Statement, signature));
        Assert.False(other.Signer.Verifies(Statement, signature));
        Assert.False(_key.Signer.Verifies(Statement with { Function = "g" }, signature));
        Assert.False(_key.Signer.Verifies(Statement with { ModuleDigest = new string('c', 64) }, signature));
        Assert.False(_key.Signer.Verifies(Statement with { ManifestDigest = new string('c', 64) }, signature));
        Assert.False(_key.Signer.Verifies(Statement, []));
        Assert.False(_key.Signer.Verifies(Statement, "garbage"u8));
    }

    [Fact]
    public void A_key_comes_back_from_its_file_and_its_public_half_from_every_form()
    {
        using var read = SigningKey.Read(_key.ToPem());
        Assert.Equal(_key.Signer.Id, read.Signer.Id);
        Assert.Equal(_key.Signer.Id, SignerKey.Read(_key.Signer.Text)!.Id);
        var pem = PemEncoding.WriteString("PUBLIC KEY", Convert.FromBase64String(_key.Signer.Text));
        Assert.Equal(_key.Signer.Id, SignerKey.Read(pem)!.Id);
        Assert.Throws<FormatException>(() => SigningKey.Read(pem));
        Assert.Throws<FormatException>(() => SigningKey.Read("nothing"));
    }

    [Fact]
    public void A_key_of_another_curve_is_none()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Null(SignerKey.Read(Convert.ToBase64String(other.ExportSubjectPublicKeyInfo())));
        Assert.Throws<FormatException>(() => SigningKey.Read(other.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void Who_is_trusted_has_a_name()
    {
        using var other = SigningKey.Create();
        var signers = new TrustedSigners([KeyValuePair.Create("alice", _key.Signer.Text)]);
        Assert.Equal(("alice", ""), (signers.NameOf(_key.Signer.Id), signers.NameOf(other.Signer.Id)));
        Assert.Equal("alice", signers.Verify(_key.Signer.Id, Statement, _key.Sign(Statement)));
        Assert.Null(signers.Verify(_key.Signer.Id, Statement, other.Sign(Statement)));
        Assert.Null(signers.Verify(other.Signer.Id, Statement, other.Sign(Statement)));
        Assert.Throws<FormatException>(() => new TrustedSigners([KeyValuePair.Create("bob", "nothing")]));
    }
}
