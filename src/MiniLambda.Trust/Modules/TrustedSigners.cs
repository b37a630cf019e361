namespace MiniLambda.Trust.Modules;

/// <summary>The signers that somebody trusts, by name.</summary>
public sealed class TrustedSigners
{
    private readonly Dictionary<string, (string Name, SignerKey Key)> _byId = new(StringComparer.Ordinal);

    /// <param name="signers">Each a public key: see <see cref="Resolve"/>.</param>
    /// <exception cref="FormatException">One is no key; the message names it.</exception>
    public TrustedSigners(IEnumerable<KeyValuePair<string, string>> signers)
    {
        foreach (var (name, text) in signers)
        {
            var key = Resolve(text) ?? throw new FormatException($"'{name}' is no public key: {Rule}");
            _byId[key.Id] = (name, key);
        }
    }

    /// <summary>What a signer's key may be written as, for error messages.</summary>
    public const string Rule = "it must be what 'minilambda key show' prints (PEM or base64, ECDSA over P-256), or a file that holds it";

    /// <summary>Key ids of the signers.</summary>
    public IEnumerable<string> Ids => _byId.Keys;

    /// <summary>Reads a public key, or the file that holds it; null when there is none.</summary>
    public static SignerKey? Resolve(string text)
    {
        if (SignerKey.Read(text) is { } key)
            return key;
        try
        {
            return File.Exists(text) ? SignerKey.Read(File.ReadAllText(text)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The name of the signer with a key; empty when none has it.</summary>
    public string NameOf(string keyId) => _byId.TryGetValue(keyId, out var signer) ? signer.Name : "";

    /// <summary>The signer whose key made a signature under a statement; null when it was none of these.</summary>
    public string? Verify(string keyId, ModuleStatement statement, ReadOnlySpan<byte> signature) =>
        _byId.TryGetValue(keyId, out var signer) && signer.Key.Verifies(statement, signature) ? signer.Name : null;
}
