using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace MiniLambda.Trust.Tokens;

/// <summary>
/// The text of a token: <c>mlt_ID_SECRET</c>. The id (12 characters) is public, the secret (43 characters of 62, so 256 bits) is not, and 6 digits after it
/// are their digest's, so that whoever holds the text can tell that a part of it is missing; that says nothing to one who does not hold it.
/// </summary>
public static class TokenText
{
    private const string Prefix = "mlt_";
    private const string IdLetters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const string SecretLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 12;
    private const int SecretLength = 43;
    private const int CheckLength = 6;
    private const int Length = 4 + IdLength + 1 + SecretLength + CheckLength;

    private static readonly SearchValues<char> IdValues = SearchValues.Create(IdLetters);

    /// <summary>What the id of a token begins with that is no <c>mlt_…</c>: one that stands in a file and may be any text.</summary>
    private const string FilePrefix = "file-";

    /// <summary>A new token.</summary>
    public static (string Id, string Text) Create()
    {
        var id = RandomNumberGenerator.GetString(IdLetters, IdLength);
        var body = $"{Prefix}{id}_{RandomNumberGenerator.GetString(SecretLetters, SecretLength)}";
        return (id, body + Check(body));
    }

    /// <summary>Whether a text begins as a token does and is not whole: a part of it is missing, or mistyped.</summary>
    public static bool IsDamaged(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) && !IsWhole(text);

    /// <summary>
    /// What a token is known by where it is checked. One that is no <c>mlt_…</c> is known by 64 bits of its digest, which say as little of it as any signature
    /// made with it.
    /// </summary>
    public static string IdOf(string text)
    {
        if (HasForm(text))
            return text.Substring(Prefix.Length, IdLength);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash("minilambda-token-id:", text, hash);
        return FilePrefix + Convert.ToHexStringLower(hash[..8]);
    }

    /// <summary>
    /// What is kept of a token, and the key that requests are signed with: SHA-256 of <c>minilambda-token:ID:TEXT</c>. The id is the salt: it is random and no
    /// two tokens share it. No slow password hash: nobody tries out 256 random bits, whatever a try costs.
    /// </summary>
    /// <remarks>
    /// Who checks a signature must hold its key, so a stolen database lets the thief sign requests until the tokens in it are revoked. The secret cannot be
    /// had from it, and it is no bearer token: what is sent as one is hashed first.
    /// </remarks>
    /// <returns>32 bytes.</returns>
    public static byte[] Verifier(string id, string text)
    {
        var verifier = new byte[SHA256.HashSizeInBytes];
        Verifier(id, text, verifier);
        return verifier;
    }

    /// <inheritdoc cref="Verifier(string, string)"/>
    /// <param name="verifier">Gets the 32 bytes.</param>
    public static void Verifier(string id, string text, Span<byte> verifier) => Hash($"minilambda-token:{id}:", text, verifier);

    private static bool IsWhole(string text) => HasForm(text) && text.EndsWith(Check(text[..^CheckLength]), StringComparison.Ordinal);

    private static bool HasForm(string text) => text.Length == Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text[Prefix.Length + IdLength] == '_'
        && text.AsSpan(Prefix.Length, IdLength).IndexOfAnyExcept(IdValues) < 0;

    private static string Check(string body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash("minilambda-token-check:", body, hash);
        return Convert.ToHexStringLower(hash[..(CheckLength / 2)]);
    }

    // Every call comes by here: texts of the usual length leave nothing on the heap.
    private static void Hash(string purpose, string text, Span<byte> hash)
    {
        const int usual = 256;
        var most = Encoding.UTF8.GetMaxByteCount(purpose.Length + text.Length);
        Span<byte> bytes = most <= usual ? stackalloc byte[usual] : new byte[most];
        var length = Encoding.UTF8.GetBytes(purpose, bytes);
        length += Encoding.UTF8.GetBytes(text, bytes[length..]);
        SHA256.HashData(bytes[..length], hash);
        CryptographicOperations.ZeroMemory(bytes[..length]);
    }
}
