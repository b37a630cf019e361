using System.Security.Cryptography;

namespace MiniLambda.Trust.Authorities;

/// <summary>SHA-256 of a certificate's DER bytes: what a person compares, and what is pinned.</summary>
public readonly record struct Fingerprint
{
    private const string Prefix = "sha256:";

    private Fingerprint(string hex) => Hex = hex;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Hex { get; }

    /// <param name="certificate">X.509, DER.</param>
    public static Fingerprint Of(ReadOnlySpan<byte> certificate) => new(Convert.ToHexStringLower(SHA256.HashData(certificate)));

    /// <summary>Reads 64 hexadecimal digits, with or without <c>sha256:</c> before them and colons between them.</summary>
    public static bool TryParse(string text, out Fingerprint fingerprint)
    {
        var digits = text.Trim();
        if (digits.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            digits = digits[Prefix.Length..];
        digits = digits.Replace(":", "", StringComparison.Ordinal);
        var isOne = digits.Length == 2 * SHA256.HashSizeInBytes && digits.All(char.IsAsciiHexDigit);
        fingerprint = isOne ? new Fingerprint(digits.ToLowerInvariant()) : default;
        return isOne;
    }

    /// <summary><c>sha256:…</c></summary>
    public override string ToString() => Prefix + Hex;
}
