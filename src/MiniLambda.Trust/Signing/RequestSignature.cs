using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MiniLambda.Trust.Signing;

/// <summary>
/// A request's signature by RFC 9421 (HTTP Message Signatures) with <c>hmac-sha256</c>, in one form: it covers method, path, query and the body's digest
/// (RFC 9530), and those of <see cref="Headers"/> that go with the request; it bears when it was made, the token's id and a nonce. The key is the token's
/// verifier, so the secret itself never travels.
/// </summary>
public sealed partial record RequestSignature
{
    /// <summary>What is signed, in this order.</summary>
    private const string Covered = "\"@method\" \"@path\" \"@query\" \"content-digest\"";

    private const int MaxHeader = 512;

    /// <summary>Headers that change what a request does: those that it bears are signed too, after the rest and in this order.</summary>
    public static readonly IReadOnlyList<string> Headers = ["minilambda-tenant", "idempotency-key", "minilambda-overrides"];

    private string _digestText = "";
    private string _parameters = "";
    private byte[] _value = [];

    private RequestSignature()
    {
    }

    /// <summary>Of the token that it was made with.</summary>
    public string KeyId { get; private init; } = "";

    /// <summary>When it was made, to the second.</summary>
    public DateTimeOffset Created { get; private init; }

    /// <summary>16 to 64 characters; never twice with one token.</summary>
    public string Nonce { get; private init; } = "";

    /// <summary>Those of <see cref="Headers"/> that it covers.</summary>
    public IReadOnlyList<string> CoveredHeaders { get; private init; } = [];

    /// <summary>SHA-256 that the body must have; 32 bytes.</summary>
    public ReadOnlyMemory<byte> BodyDigest { get; private init; }

    /// <summary>Reads the headers of a signed request; null when they are not of this form.</summary>
    public static RequestSignature? Parse(string? signatureInput, string? signature, string? contentDigest)
    {
        if (signatureInput is null or { Length: > MaxHeader } || signature is null or { Length: > MaxHeader } || contentDigest is null or { Length: > MaxHeader })
            return null;
        var input = Input().Match(signatureInput);
        var value = Value().Match(signature);
        var digest = Digest().Match(contentDigest);
        if (!input.Success || !value.Success || !digest.Success || input.Groups["label"].Value != value.Groups["label"].Value)
            return null;
        var named = input.Groups["headers"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static quoted => quoted.Trim('"')).ToList();
        // In one order, and so each once.
        if (!named.SequenceEqual(Headers.Where(named.Contains)))
            return null;
        var given = new Dictionary<string, string>();
        foreach (var parameter in input.Groups["parameters"].Value.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = parameter.IndexOf('=', StringComparison.Ordinal);
            // Each once: two readers of one that is there twice could take another one each.
            if (!given.TryAdd(parameter[..at], parameter[(at + 1)..]))
                return null;
        }

        if (!given.Remove("created", out var created) || !given.Remove("keyid", out var key) || !given.Remove("nonce", out var nonce)
            || (given.Remove("alg", out var algorithm) && algorithm != "\"hmac-sha256\"") || given.Count > 0
            || !long.TryParse(created, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > uint.MaxValue
            || key[0] != '"' || nonce[0] != '"' || nonce.Length is < 18 or > 66)
        {
            return null;
        }

        return new RequestSignature
        {
            KeyId = key.Trim('"'),
            Nonce = nonce.Trim('"'),
            Created = DateTimeOffset.FromUnixTimeSeconds(seconds),
            BodyDigest = Convert.FromBase64String(digest.Groups["value"].Value),
            _digestText = contentDigest,
            CoveredHeaders = named,
            _parameters = Components(named) + input.Groups["parameters"].Value,
            _value = Convert.FromBase64String(value.Groups["value"].Value),
        };
    }

    /// <summary>Whether it was made with this key, for this request. Takes the same time whatever is wrong.</summary>
    /// <param name="key">The token's verifier.</param>
    /// <param name="target">Path and query as sent: <c>/v1/jobs?limit=5</c>.</param>
    /// <param name="header">The value of a header of the request; null when it does not bear it.</param>
    public bool IsOf(ReadOnlySpan<byte> key, string method, string target, Func<string, string?> header) => CryptographicOperations.FixedTimeEquals(
        HMACSHA256.HashData(key, Base(method, target, _digestText, CoveredHeaders.Select(name => (name, header(name) ?? "")), _parameters)), _value);

    /// <summary>The headers that sign a request.</summary>
    /// <param name="key">The token's verifier.</param>
    /// <param name="target">Path and query as sent: <c>/v1/jobs?limit=5</c>.</param>
    /// <param name="nonce">16 to 64 characters of base64 or hexadecimal, never used before with this token.</param>
    /// <param name="header">The value of a header of the request; null when it does not bear it.</param>
    public static (string ContentDigest, string SignatureInput, string Signature) Sign(
        string keyId, ReadOnlySpan<byte> key, string method, string target, ReadOnlySpan<byte> body, DateTimeOffset created, string nonce,
        Func<string, string?> header)
    {
        var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:";
        var borne = Headers.Select(name => (Name: name, Value: header(name))).Where(static one => one.Value is not null).Select(static one => (one.Name, one.Value!)).ToList();
        var parameters = string.Create(
            CultureInfo.InvariantCulture, $"{Components(borne.Select(static one => one.Name))};created={created.ToUnixTimeSeconds()};keyid=\"{keyId}\";nonce=\"{nonce}\";alg=\"hmac-sha256\"");
        var value = HMACSHA256.HashData(key, Base(method, target, digest, borne, parameters));
        return (digest, $"sig={parameters}", $"sig=:{Convert.ToBase64String(value)}:");
    }

    private static string Components(IEnumerable<string> headers) => $"({Covered}{string.Concat(headers.Select(static name => $" \"{name}\""))})";

    private static byte[] Base(string method, string target, string digest, IEnumerable<(string Name, string Value)> headers, string parameters)
    {
        var signed = string.Concat(headers.Select(static one => $"\n\"{one.Name}\": {one.Value.Trim()}"));
        var at = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = at < 0 ? (target, "?") : (target[..at], target[at..]);
        return Encoding.UTF8.GetBytes(
            $"\"@method\": {method}\n\"@path\": {path}\n\"@query\": {query}\n\"content-digest\": {digest}{signed}\n\"@signature-params\": {parameters}");
    }

    [GeneratedRegex(
        """\A(?<label>[a-z*][a-z0-9_.*-]{0,31})=\("@method" "@path" "@query" "content-digest"(?<headers>(?: "[a-z-]{1,32}"){0,3})\)(?<parameters>(?:;[a-z]+=(?:"[A-Za-z0-9+/=_.:-]{1,64}"|[0-9]{1,12})){1,8})\z""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Input();

    [GeneratedRegex("""\A(?<label>[a-z*][a-z0-9_.*-]{0,31})=:(?<value>[A-Za-z0-9+/]{43}=):\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Value();

    [GeneratedRegex("""\Asha-256=:(?<value>[A-Za-z0-9+/]{43}=):\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();
}
