using System.Security.Cryptography;

namespace MiniLambda.Trust.Modules;

/// <summary>A signer's public key: ECDSA over P-256.</summary>
public sealed class SignerKey
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private readonly byte[] _info;

    private SignerKey(byte[] info) => (_info, Id) = (info, Convert.ToHexStringLower(SHA256.HashData(info)));

    /// <summary>SHA-256 of the key (SubjectPublicKeyInfo, DER), 64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>The key (SubjectPublicKeyInfo, DER) in base64.</summary>
    public string Text => Convert.ToBase64String(_info);

    /// <summary>Reads a public key in PEM or in base64; null when the text is neither, or a key of another kind.</summary>
    public static SignerKey? Read(string text)
    {
        using var key = ECDsa.Create();
        try
        {
            if (text.Contains("-----BEGIN", StringComparison.Ordinal))
                key.ImportFromPem(text);
            else
                // 'key show' prints the key's id before it; the key is the last word.
                key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? ""), out _);
            return Of(key);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether a signature (DER) is this key's under a statement.</summary>
    public bool Verifies(ModuleStatement statement, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_info, out _);
        return key.VerifyData(statement.ToBytes(), signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    internal static SignerKey? Of(ECDsa key) =>
        key.ExportParameters(false).Curve.Oid is { Value: P256 } ? new SignerKey(key.ExportSubjectPublicKeyInfo()) : null;
}

/// <summary>A signer's private key.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    private SigningKey(ECDsa key, SignerKey signer) => (_key, Signer) = (key, signer);

    /// <summary>Its public half.</summary>
    public SignerKey Signer { get; }

    public static SigningKey Create()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKey(key, SignerKey.Of(key)!);
    }

    /// <summary>Reads a private key as <see cref="ToPem"/> wrote it.</summary>
    /// <exception cref="FormatException">The text is none, or one of another kind.</exception>
    public static SigningKey Read(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            // A public key can be imported too; it exports no private parameters.
            if (key.ExportParameters(true).D is not null && SignerKey.Of(key) is { } signer)
                return new SigningKey(key, signer);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Told below.
        }

        key.Dispose();
        throw new FormatException("it holds no private key for ECDSA over P-256 in PEM (PKCS #8)");
    }

    /// <summary>PKCS #8 in PEM, not encrypted.</summary>
    public string ToPem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A signature, DER.</summary>
    public byte[] Sign(ModuleStatement statement) =>
        _key.SignData(statement.ToBytes(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
