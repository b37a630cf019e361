using System.Security.Cryptography;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Joining;

namespace MiniLambda.Trust.Tests.Joining;

public sealed class ProofsTests
{
    private static readonly Fingerprint One = Fingerprint.Of([1]);
    private static readonly Fingerprint Other = Fingerprint.Of([2]);
    private static readonly DateTimeOffset At = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_proof_to_join_is_for_one_token_name_request_and_authority()
    {
        byte[] key = [1, 2, 3];
        var proof = JoinProof.Compute(key, "id", "attic", [4, 5], One);
        Assert.True(JoinProof.Holds(proof, key, "id", "attic", [4, 5], One));
        Assert.False(JoinProof.Holds(proof, [1, 2, 4], "id", "attic", [4, 5], One));
        Assert.False(JoinProof.Holds(proof, key, "ida", "ttic", [4, 5], One));
        Assert.False(JoinProof.Holds(proof, key, "id", "cellar", [4, 5], One));
        Assert.False(JoinProof.Holds(proof, key, "id", "attic", [4, 6], One));
        Assert.False(JoinProof.Holds(proof, key, "id", "attic", [4, 5], Other));
        Assert.False(JoinProof.Holds(proof.AsSpan(1), key, "id", "attic", [4, 5], One));
        Assert.False(JoinProof.Holds([], key, "id", "attic", [4, 5], One));
    }

    [Fact]
    public void A_proof_to_renew_is_for_one_key_name_request_authority_and_time()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var info = key.ExportSubjectPublicKeyInfo();
        var proof = RenewalProof.Sign(key, "attic", [4, 5], One, At);
        Assert.True(RenewalProof.Holds(proof, info, "attic", [4, 5], One, At));
        Assert.False(RenewalProof.Holds(proof, stranger.ExportSubjectPublicKeyInfo(), "attic", [4, 5], One, At));
        Assert.False(RenewalProof.Holds(proof, info, "cellar", [4, 5], One, At));
        Assert.False(RenewalProof.Holds(proof, info, "attic", [4, 6], One, At));
        Assert.False(RenewalProof.Holds(proof, info, "attic", [4, 5], Other, At));
        Assert.False(RenewalProof.Holds(proof, info, "attic", [4, 5], One, At.AddSeconds(1)));
        Assert.False(RenewalProof.Holds([], info, "attic", [4, 5], One, At));
        Assert.False(RenewalProof.Holds(proof, [1, 2, 3], "attic", [4, 5], One, At));
    }
}
