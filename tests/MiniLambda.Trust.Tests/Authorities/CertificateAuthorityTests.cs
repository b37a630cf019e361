using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Trust.Tests.Authorities;

public sealed class CertificateAuthorityTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly CertificateAuthority _authority = CertificateAuthority.Create(Now);
    private readonly CertificateAuthority _other = CertificateAuthority.Create(Now);

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void A_server_is_known_by_its_names_and_by_no_others()
    {
        using var server = _authority.IssueServer(["attic.lan", "127.0.0.1", "::1"], Now, Day);
        Assert.True(_authority.Pinned.Covers(server, [], "attic.lan"));
        Assert.True(_authority.Pinned.Covers(server, [], "127.0.0.1"));
        Assert.True(_authority.Pinned.Covers(server, [], "::1"));
        Assert.False(_authority.Pinned.Covers(server, [], "cellar.lan"));
        Assert.False(_authority.Pinned.Covers(server, [], "127.0.0.2"));
        Assert.False(_other.Pinned.Covers(server, [_authority.Certificate], "attic.lan"));
    }

    [Fact]
    public void A_certificate_past_its_time_is_not_good()
    {
        using var server = _authority.IssueServer(["attic.lan"], Now - (2 * Day), Day);
        Assert.False(_authority.Pinned.Covers(server, [], "attic.lan"));
    }

    [Fact]
    public void A_worker_is_told_by_its_certificate()
    {
        using var worker = Worker(_authority, "attic");
        Assert.Equal("attic", _authority.WorkerOf(worker));
        Assert.Null(_other.WorkerOf(worker));
    }

    [Fact]
    public void A_worker_cannot_serve_and_a_server_is_no_worker()
    {
        using var worker = Worker(_authority, "attic.lan");
        Assert.False(_authority.Pinned.Covers(worker, [], "attic.lan"));
        using var server = _authority.IssueServer(["attic.lan"], Now, Day);
        Assert.Null(_authority.WorkerOf(server));
        Assert.Null(_authority.WorkerOf(_authority.Certificate));
    }

    [Fact]
    public void Who_signs_for_itself_is_no_worker_whatever_it_calls_its_issuer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=attic"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var self = request.CreateSelfSigned(Now - Day, Now + Day);
        Assert.Null(_authority.WorkerOf(self));
        using var forged = request.Create(_authority.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), Now - Day, Now + Day, [1, 2, 3]);
        Assert.Null(_authority.WorkerOf(forged));
    }

    [Fact]
    public void An_authority_is_taken_up_from_its_files()
    {
        using var again = CertificateAuthority.Load(_authority.ExportCertificatePem(), _authority.ExportKeyPem());
        Assert.Equal(_authority.Pinned, again.Pinned);
        using var worker = Worker(again, "attic");
        Assert.Equal("attic", _authority.WorkerOf(worker));
        Assert.Throws<CryptographicException>(() => CertificateAuthority.Load(_authority.ExportCertificatePem(), _other.ExportKeyPem()));
        Assert.Throws<CryptographicException>(() => CertificateAuthority.Load(_authority.ExportCertificatePem(), "nothing"));
    }

    [Fact]
    public void A_pinned_authority_is_read_as_it_is_written()
    {
        Assert.Equal(_authority.Pinned, PinnedAuthority.TryParse($"{_authority.Pinned}"));
        Assert.Equal(_authority.Pinned, PinnedAuthority.TryParse(_authority.ExportCertificatePem()));
        Assert.Null(PinnedAuthority.TryParse("AAAA"));
        Assert.Null(PinnedAuthority.TryParse("-----BEGIN CERTIFICATE-----"));
        Assert.Null(PinnedAuthority.TryParse("no base64"));
    }

    [Fact]
    public void A_request_that_is_none_is_not_read()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = WorkerRequest.Create(key);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), WorkerRequest.TryRead(request)!.KeyInfo);
        Assert.Null(WorkerRequest.TryRead([]));
        Assert.Null(WorkerRequest.TryRead(new byte[5000]));
        Assert.Null(WorkerRequest.TryRead([.. request, 0]));
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            // Whatever is changed, the signature does not hold any more.
            var changed = request.ToArray();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Null(WorkerRequest.TryRead(changed));
        }
    }

    [Fact]
    public void A_key_that_is_not_on_the_curve_is_not_taken()
    {
        using var rsa = RSA.Create(2048);
        Assert.Null(WorkerRequest.TryRead(new CertificateRequest("CN=w", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest()));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Null(WorkerRequest.TryRead(WorkerRequest.Create(other)));
    }

    private static X509Certificate2 Worker(CertificateAuthority authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return X509CertificateLoader.LoadCertificate(authority.IssueWorker(WorkerRequest.TryRead(WorkerRequest.Create(key))!, name, Now, Day));
    }
}
