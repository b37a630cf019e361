using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Trust.Joining;

/// <summary>Shows that a worker has a join token's secret, for one name, one key and one authority, without saying it (HMAC-SHA-256, RFC 2104).</summary>
public static class JoinProof
{
    /// <param name="key">Of <see cref="JoinToken.Key"/>.</param>
    /// <param name="request">The certificate request, DER.</param>
    public static byte[] Compute(byte[] key, string tokenId, string name, ReadOnlySpan<byte> request, Fingerprint authority) =>
        HMACSHA256.HashData(key, Signed.Parts("minilambda join v1", tokenId, name, authority.Hex, Convert.ToBase64String(request)));

    /// <summary>Whether a proof holds; takes the same time for every proof.</summary>
    public static bool Holds(ReadOnlySpan<byte> proof, byte[] key, string tokenId, string name, ReadOnlySpan<byte> request, Fingerprint authority) =>
        CryptographicOperations.FixedTimeEquals(proof, Compute(key, tokenId, name, request, authority));
}

/// <summary>Shows that a worker has the key of its last certificate.</summary>
public static class RenewalProof
{
    /// <summary>How far the clocks of worker and orchestrator may differ.</summary>
    public static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(15);

    /// <param name="request">The certificate request, DER.</param>
    /// <param name="at">Whole seconds count.</param>
    /// <returns>ECDSA with SHA-256, as DER (RFC 3279, 2.2.3).</returns>
    public static byte[] Sign(ECDsa key, string name, ReadOnlySpan<byte> request, Fingerprint authority, DateTimeOffset at) =>
        key.SignData(Text(name, request, authority, at), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <param name="keyInfo">The old key as SubjectPublicKeyInfo, DER.</param>
    public static bool Holds(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> keyInfo, string name, ReadOnlySpan<byte> request, Fingerprint authority, DateTimeOffset at)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(keyInfo, out _);
            return key.VerifyData(Text(name, request, authority, at), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Text(string name, ReadOnlySpan<byte> request, Fingerprint authority, DateTimeOffset at) =>
        Signed.Parts("minilambda renew v1", name, authority.Hex, Convert.ToBase64String(request), $"{at.ToUnixTimeSeconds()}");
}

/// <summary>How the parts of what is signed are put together: each after its length, so that no two lists give the same bytes.</summary>
internal static class Signed
{
    public static byte[] Parts(params ReadOnlySpan<string> parts)
    {
        var bytes = new List<byte>();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var text = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.AddRange(length);
            bytes.AddRange(text);
        }

        return [.. bytes];
    }
}
