using System.Security.Cryptography;
using System.Text;

namespace MiniLambda.Trust.Secrets;

/// <summary>
/// Keys that secrets are sealed under with AES-256-GCM (NIST SP 800-38D). The first one seals; the others, of which there are some while a key is being
/// changed, only open. The sealed form is: 1 byte of version, 8 bytes that name the key, 12 of nonce, 16 of tag, then the ciphertext.
/// </summary>
public sealed class SecretKeyRing
{
    private const byte Version = 1;
    private const int KeyBytes = 32;
    private const int IdBytes = 8;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeadBytes = 1 + IdBytes + NonceBytes + TagBytes;

    private readonly List<(byte[] Id, byte[] Key)> _keys = [];

    private SecretKeyRing(IEnumerable<byte[]> keys)
    {
        foreach (var key in keys)
            _keys.Add((IdOf(key), key));
    }

    /// <summary>Of the key that seals, 16 hexadecimal digits.</summary>
    public string KeyId => Convert.ToHexStringLower(_keys[0].Id);

    /// <summary>One with a new key.</summary>
    public static SecretKeyRing Create() => new([RandomNumberGenerator.GetBytes(KeyBytes)]);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">The text holds no keys.</exception>
    public static SecretKeyRing Read(string text)
    {
        var keys = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Convert.FromBase64String).ToList();
        return keys.Count > 0 && keys.TrueForAll(static key => key.Length == KeyBytes)
            ? new SecretKeyRing(keys)
            : throw new FormatException($"it must hold keys of {KeyBytes} bytes in base64, one a line");
    }

    /// <summary>All keys, a line each, the one that seals first.</summary>
    public string Write() => string.Concat(_keys.Select(static key => Convert.ToBase64String(key.Key) + "\n"));

    /// <summary>The same with a new key before the others.</summary>
    public SecretKeyRing WithNewKey() => new([RandomNumberGenerator.GetBytes(KeyBytes), .. _keys.Select(static key => key.Key)]);

    /// <summary>The same with nothing but the key that seals.</summary>
    public SecretKeyRing WithoutOldKeys() => new([_keys[0].Key]);

    /// <param name="place">Where the value belongs, such as tenant and name: it opens nowhere else.</param>
    public byte[] Seal(ReadOnlySpan<byte> value, string place)
    {
        var sealedValue = new byte[HeadBytes + value.Length];
        var (id, key) = _keys[0];
        sealedValue[0] = Version;
        id.CopyTo(sealedValue, 1);
        var nonce = sealedValue.AsSpan(1 + IdBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, value, sealedValue.AsSpan(HeadBytes), sealedValue.AsSpan(1 + IdBytes + NonceBytes, TagBytes), Encoding.UTF8.GetBytes(place));
        return sealedValue;
    }

    /// <summary>The value; null when it was sealed under a key that is not here, for another place, or was altered.</summary>
    public byte[]? Open(ReadOnlySpan<byte> sealedValue, string place)
    {
        if (sealedValue.Length < HeadBytes || sealedValue[0] != Version)
            return null;
        foreach (var (id, key) in _keys)
        {
            if (!sealedValue.Slice(1, IdBytes).SequenceEqual(id))
                continue;
            var value = new byte[sealedValue.Length - HeadBytes];
            try
            {
                using var aes = new AesGcm(key, TagBytes);
                aes.Decrypt(
                    sealedValue.Slice(1 + IdBytes, NonceBytes), sealedValue[HeadBytes..], sealedValue.Slice(1 + IdBytes + NonceBytes, TagBytes), value,
                    Encoding.UTF8.GetBytes(place));
                return value;
            }
            catch (AuthenticationTagMismatchException)
            {
                return null;
            }
        }

        return null;
    }

    private static byte[] IdOf(byte[] key) => SHA256.HashData([.. "minilambda secret key id\n"u8, .. key])[..IdBytes];
}
