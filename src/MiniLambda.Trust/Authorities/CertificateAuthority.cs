using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MiniLambda.Trust.Authorities;

/// <summary>
/// A cluster's own certificate authority (X.509 per RFC 5280, ECDSA over P-256): signs the orchestrator's certificate and those of its workers. It signs no
/// further authorities, a worker's certificate cannot serve and the orchestrator's cannot be a worker's.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int SerialBytes = 16;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    /// <summary>Certificates begin a little before they are made: clocks differ.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(5);

    private readonly ECDsa _key;

    private CertificateAuthority(X509Certificate2 certificate, ECDsa key)
    {
        Certificate = certificate;
        _key = key;
        Pinned = new PinnedAuthority(certificate.RawData);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>What its clients keep of it.</summary>
    public PinnedAuthority Pinned { get; }

    /// <summary>Makes a new one, which lasts ten years.</summary>
    public static CertificateAuthority Create(DateTimeOffset now)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(
            Name($"MiniLambda authority {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var signed = request.CreateSelfSigned(now - ClockSlack, now + Lifetime);
        return new CertificateAuthority(X509CertificateLoader.LoadCertificate(signed.RawData), key);
    }

    /// <summary>Takes up one from its two files.</summary>
    /// <exception cref="CryptographicException">They are damaged, or the key is not the certificate's.</exception>
    public static CertificateAuthority Load(string certificatePem, string keyPem)
    {
        var certificate = X509Certificate2.CreateFromPem(certificatePem);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(keyPem);
            using var known = certificate.GetECDsaPublicKey() ?? throw new CryptographicException("the authority's certificate has no ECDSA key");
            if (!known.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
                throw new CryptographicException("the authority's key is not that of its certificate");
            return new CertificateAuthority(certificate, key);
        }
        catch (Exception e)
        {
            key.Dispose();
            certificate.Dispose();
            // What ImportFromPem says of a text without a key.
            if (e is ArgumentException)
                throw new CryptographicException("the authority's key is damaged", e);
            throw;
        }
    }

    public string ExportCertificatePem() => Certificate.ExportCertificatePem();

    public string ExportKeyPem() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>Makes a key and a certificate for a server.</summary>
    /// <param name="hosts">The names and addresses that it is dialled by; at least one.</param>
    public X509Certificate2 IssueServer(IEnumerable<string> hosts, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }

        var request = new CertificateRequest(Name("MiniLambda orchestrator"), key, HashAlgorithmName.SHA256);
        using var issued = Issue(request, names.Build(), ServerAuthentication, now, lifetime);
        using var whole = issued.CopyWithPrivateKey(key);
        return KeyedCertificate.Usable(whole);
    }

    /// <summary>Signs a worker's request.</summary>
    /// <param name="request">Of it only the key counts.</param>
    /// <returns>X.509, DER.</returns>
    public byte[] IssueWorker(WorkerRequest request, string name, DateTimeOffset now, TimeSpan lifetime)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"urn:minilambda:worker:{name}"));
        using var issued = Issue(
            new CertificateRequest(Name(name), request.PublicKey, HashAlgorithmName.SHA256), names.Build(), ClientAuthentication, now, lifetime);
        return issued.RawData;
    }

    /// <summary>The worker that a certificate of this authority names; null when it is another's, not for workers, or damaged. Its validity in time is not looked at.</summary>
    public string? WorkerOf(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = Pinned.Policy(ClientAuthentication);
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        if (!chain.Build(certificate) || certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is null)
            return null;
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return name.Length > 0 ? name : null;
    }

    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private X509Certificate2 Issue(
        CertificateRequest request, X509Extension names, string usage, DateTimeOffset now, TimeSpan lifetime)
    {
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(names);
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        // Positive, as RFC 5280, 4.1.2.2 asks.
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        var end = now + lifetime < Certificate.NotAfter ? now + lifetime : new DateTimeOffset(Certificate.NotAfter);
        return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now - ClockSlack, end, serial);
    }

    private static X500DistinguishedName Name(string common)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(common);
        return name.Build();
    }
}
