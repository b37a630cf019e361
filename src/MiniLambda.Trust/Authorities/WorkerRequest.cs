using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MiniLambda.Trust.Authorities;

/// <summary>A worker's request for a certificate (PKCS #10, RFC 2986), whose signature was checked: whoever made it has the key.</summary>
public sealed class WorkerRequest
{
    private const int MaxBytes = 4096;
    private const string P256 = "1.2.840.10045.3.1.7";

    private WorkerRequest(PublicKey publicKey)
    {
        PublicKey = publicKey;
        KeyInfo = publicKey.ExportSubjectPublicKeyInfo();
    }

    public PublicKey PublicKey { get; }

    /// <summary>The key as X.509 SubjectPublicKeyInfo, DER.</summary>
    public byte[] KeyInfo { get; }

    /// <summary>Makes one for a key.</summary>
    /// <returns>PKCS #10, DER.</returns>
    public static byte[] Create(ECDsa key) => new CertificateRequest("CN=worker", key, HashAlgorithmName.SHA256).CreateSigningRequest();

    /// <summary>Reads one; null when it is damaged, too long, badly signed, or its key is not on P-256.</summary>
    /// <param name="request">PKCS #10, DER.</param>
    public static WorkerRequest? TryRead(ReadOnlySpan<byte> request)
    {
        if (request.Length is 0 or > MaxBytes)
            return null;
        try
        {
            var read = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256, out var used);
            using var key = read.PublicKey.GetECDsaPublicKey();
            return used == request.Length && key?.ExportParameters(false).Curve.Oid.Value == P256 ? new WorkerRequest(read.PublicKey) : null;
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }
}
