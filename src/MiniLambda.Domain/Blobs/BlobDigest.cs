using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MiniLambda.Domain.Blobs;

/// <summary>The SHA-256 of some bytes, as 64 lowercase hexadecimal digits: the name of a module, an input or a result.</summary>
public readonly record struct BlobDigest
{
    private readonly string? _hex;

    private BlobDigest(string hex) => _hex = hex;

    /// <summary>Number of hexadecimal digits in a digest.</summary>
    public const int HexLength = 64;

    /// <summary>The 64 hexadecimal digits; empty for the default value, which names nothing.</summary>
    public string Hex => _hex ?? "";

    public bool IsEmpty => _hex is null;

    /// <summary>The first 12 digits, for people.</summary>
    public string Short => IsEmpty ? "" : _hex![..12];

    public static BlobDigest Of(ReadOnlySpan<byte> content) => FromHash(SHA256.HashData(content));

    /// <param name="sha256">32 bytes.</param>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public static BlobDigest FromHash(ReadOnlySpan<byte> sha256)
    {
        if (sha256.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"A SHA-256 has {SHA256.HashSizeInBytes} bytes, not {sha256.Length}.", nameof(sha256));
        return new BlobDigest(Convert.ToHexStringLower(sha256));
    }

    /// <summary>Accepts 64 hexadecimal digits in either case, with or without a leading <c>sha256:</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlobDigest digest)
    {
        digest = default;
        if (text is null)
            return false;
        var hex = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        if (hex.Length != HexLength || !hex.All(char.IsAsciiHexDigit))
            return false;
        digest = new BlobDigest(hex.ToLowerInvariant());
        return true;
    }

    /// <exception cref="FormatException">The text is not a digest.</exception>
    public static BlobDigest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a SHA-256 digest (64 hexadecimal digits).");

    public override string ToString() => Hex;
}
