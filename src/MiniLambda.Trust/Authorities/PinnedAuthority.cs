using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MiniLambda.Trust.Authorities;

/// <summary>The one certificate that a client trusts for a cluster: of its authority, or what an owner's own server certificate ends in.</summary>
public sealed class PinnedAuthority : IEquatable<PinnedAuthority>
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly byte[] _certificate;

    /// <param name="certificate">X.509, DER.</param>
    /// <exception cref="CryptographicException">It is none.</exception>
    public PinnedAuthority(byte[] certificate)
    {
        using var parsed = X509CertificateLoader.LoadCertificate(certificate);
        _certificate = parsed.RawData;
        IsRoot = parsed.SubjectName.RawData.AsSpan().SequenceEqual(parsed.IssuerName.RawData);
        Fingerprint = Fingerprint.Of(_certificate);
    }

    public Fingerprint Fingerprint { get; }

    /// <summary>Whether nobody vouches for it but itself: only such a one can be trusted alone.</summary>
    public bool IsRoot { get; }

    /// <summary>X.509, DER.</summary>
    public ReadOnlySpan<byte> Certificate => _certificate;

    /// <summary>Reads base64 of the DER bytes, or PEM; null when it is neither.</summary>
    public static PinnedAuthority? TryParse(string text)
    {
        try
        {
            if (!text.Contains("-----BEGIN", StringComparison.Ordinal))
                return new PinnedAuthority(Convert.FromBase64String(text.Trim()));
            using var certificate = X509Certificate2.CreateFromPem(text);
            return new PinnedAuthority(certificate.RawData);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>How a chain of certificates is checked against this one: it alone is trusted, nothing is fetched.</summary>
    /// <param name="usage">What the certificate must be for.</param>
    public X509ChainPolicy Policy(string usage = ServerAuthentication)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_certificate));
        policy.ApplicationPolicy.Add(new Oid(usage));
        return policy;
    }

    /// <summary>Whether a server's certificate is this one's, and for that host.</summary>
    /// <param name="sent">What the server sent beside it.</param>
    public bool Covers(X509Certificate2 server, IEnumerable<X509Certificate2> sent, string host)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = Policy();
        chain.ChainPolicy.ExtraStore.AddRange(sent.ToArray());
        return chain.Build(server) && server.MatchesHostname(host);
    }

    public bool Equals(PinnedAuthority? other) => other is not null && other.Fingerprint == Fingerprint;

    public override bool Equals(object? obj) => Equals(obj as PinnedAuthority);

    public override int GetHashCode() => Fingerprint.GetHashCode();

    /// <summary>Base64 of the DER bytes.</summary>
    public override string ToString() => Convert.ToBase64String(_certificate);
}
