using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Trust.Joining;

/// <summary>
/// What a worker joins with: where the orchestrator is, how to know it, and a secret. As text it is <c>mlj1_</c> and base64url (RFC 4648, 5) of: length of
/// the whole (2 bytes), fingerprint of the authority (32), id (8), secret (32), number of addresses (1), each address as its length (1) and UTF-8, and the first 4
/// bytes of the SHA-256 of all that.
/// </summary>
public sealed class JoinToken
{
    private const string Prefix = "mlj1_";
    private const int IdBytes = 8;
    private const int SecretBytes = 32;
    private const int CheckBytes = 4;
    private const int FixedBytes = 2 + SHA256.HashSizeInBytes + IdBytes + SecretBytes + 1 + CheckBytes;
    private const int MaxAddresses = 8;
    private const int MaxText = 4096;

    private readonly byte[] _secret;

    private JoinToken(string id, byte[] secret, Fingerprint authority, IReadOnlyList<Uri> servers) =>
        (Id, _secret, Authority, Servers) = (id, secret, authority, servers);

    /// <summary>16 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>By which the orchestrator is known.</summary>
    public Fingerprint Authority { get; }

    /// <summary>Where it may be reached, the likeliest first.</summary>
    public IReadOnlyList<Uri> Servers { get; }

    /// <summary>What both sides key their proofs with. The orchestrator keeps this, not the secret that the text holds.</summary>
    public byte[] Key => SHA256.HashData([.. "minilambda join key v1"u8, .. _secret]);

    /// <summary>Makes a new one.</summary>
    /// <param name="servers">1 to 8 URLs of at most 255 bytes.</param>
    public static JoinToken Create(Fingerprint authority, IReadOnlyList<Uri> servers)
    {
        ArgumentOutOfRangeException.ThrowIfZero(servers.Count, nameof(servers));
        return new JoinToken(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), RandomNumberGenerator.GetBytes(SecretBytes), authority,
            [.. servers.Where(s => Address(s).Length <= byte.MaxValue).Take(MaxAddresses)]);
    }

    /// <summary>Reads one.</summary>
    /// <param name="problem">What is wrong with the text, in words for people that hold nothing of it.</param>
    public static JoinToken? TryParse(string text, out string problem)
    {
        var word = text.Trim();
        problem = $"this is no join token: one begins with {Prefix}";
        if (!word.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        problem = "the join token was mistyped: copy the whole line again";
        var coded = word[Prefix.Length..];
        if (word.Length > MaxText || coded.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not '-' and not '_'))
            return null;
        // What is left of a text that was cut anywhere still begins with the length of the whole.
        if (coded.Length < 4 || coded.Length < TextLength(BinaryPrimitives.ReadUInt16BigEndian(Base64Url.DecodeFromChars(coded.AsSpan(..4)))))
        {
            problem = "the join token is cut off: copy the whole line again";
            return null;
        }

        if (!Base64Url.IsValid(coded))
            return null;
        var bytes = Base64Url.DecodeFromChars(coded);
        if (bytes.Length < FixedBytes || BinaryPrimitives.ReadUInt16BigEndian(bytes) != bytes.Length
            || !Check(bytes.AsSpan(..^CheckBytes)).AsSpan().SequenceEqual(bytes.AsSpan(^CheckBytes..)))
        {
            return null;
        }

        return Read(bytes);
    }

    /// <summary>The token as one word. It holds the secret.</summary>
    public string ToText()
    {
        List<byte> bytes = [0, 0, .. Convert.FromHexString(Authority.Hex), .. Convert.FromHexString(Id), .. _secret, (byte)Servers.Count];
        foreach (var server in Servers)
            bytes.AddRange([(byte)Address(server).Length, .. Address(server)]);
        var body = bytes.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)(body.Length + CheckBytes));
        return Prefix + Base64Url.EncodeToString([.. body, .. Check(body)]);
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"join token {Id}";

    private static JoinToken? Read(ReadOnlySpan<byte> bytes)
    {
        var at = 2;
        var authority = Take(bytes, ref at, SHA256.HashSizeInBytes);
        var id = Take(bytes, ref at, IdBytes);
        var secret = Take(bytes, ref at, SecretBytes).ToArray();
        var count = bytes[at++];
        var servers = new List<Uri>();
        for (var i = 0; i < count && at < bytes.Length - CheckBytes; i++)
        {
            var length = bytes[at++];
            if (at + length > bytes.Length - CheckBytes
                || !Uri.TryCreate(Encoding.UTF8.GetString(Take(bytes, ref at, length)), UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
            {
                return null;
            }

            servers.Add(url);
        }

        return servers.Count == count && count is > 0 and <= MaxAddresses && at == bytes.Length - CheckBytes
            && Fingerprint.TryParse(Convert.ToHexString(authority), out var fingerprint)
            ? new JoinToken(Convert.ToHexStringLower(id), secret, fingerprint, servers)
            : null;
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        at += count;
        return bytes.Slice(at - count, count);
    }

    /// <summary>Characters of base64url without padding.</summary>
    private static int TextLength(int bytes) => ((bytes * 4) + 2) / 3;

    private static byte[] Address(Uri server) => Encoding.UTF8.GetBytes(server.ToString().TrimEnd('/'));

    private static byte[] Check(ReadOnlySpan<byte> body) => SHA256.HashData(body)[..CheckBytes];
}
