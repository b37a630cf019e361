using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using Microsoft.Extensions.DependencyInjection;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;

namespace MiniLambda.Orchestrator.Tests.Certificates;

[UnsupportedOSPlatform("windows")]
[Trait("Category", "Attack")]
public sealed class ServerCertificateTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");
    private readonly ShiftedClock _clock = new();

    private string Authority => Path.Combine(_folder.FullName, "data", "authority");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_authority_is_made_once_and_its_files_are_its_owners_alone()
    {
        PinnedAuthority first;
        await using (var orchestrator = await StartAsync())
            first = orchestrator.Authority!;
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Authority));
        Assert.Equal(["authority.crt", "authority.key", "server.crt", "server.key"], Directory.GetFiles(Authority).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(Authority), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        var served = File.ReadAllText(Path.Combine(Authority, "server.crt"));
        await using (var again = await StartAsync())
            Assert.Equal(first, again.Authority);
        Assert.Equal(served, File.ReadAllText(Path.Combine(Authority, "server.crt")));
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_not_used()
    {
        await using (await StartAsync())
        {
        }

        var key = Path.Combine(Authority, "authority.key");
        File.SetUnixFileMode(key, OwnerOnly | UnixFileMode.GroupRead);
        Assert.Equal($"key file {key} is open to others; run: chmod 600 {key}", (await Assert.ThrowsAsync<IOException>(() => StartAsync())).Message);
    }

    [Fact]
    public async Task A_damaged_authority_is_told_and_not_replaced()
    {
        await using (await StartAsync())
        {
        }

        File.WriteAllText(Path.Combine(Authority, "authority.crt"), "nothing");
        Assert.Contains("is damaged", (await Assert.ThrowsAsync<IOException>(() => StartAsync())).Message, StringComparison.Ordinal);
        Assert.Equal("nothing", File.ReadAllText(Path.Combine(Authority, "authority.crt")));
    }

    [Fact]
    public async Task The_certificate_is_renewed_well_before_its_end_without_a_restart()
    {
        await using var orchestrator = await StartAsync();
        var (first, _, _) = await RawTls.HandshakeAsync(orchestrator.Url);
        _clock.Advance(TimeSpan.FromDays(59));
        Assert.Equal(first.SerialNumber, (await RawTls.HandshakeAsync(orchestrator.Url)).Certificate.SerialNumber);
        _clock.Advance(TimeSpan.FromDays(2));
        var (second, _, _) = await RawTls.HandshakeAsync(orchestrator.Url);
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.Equal(first.Issuer, second.Issuer);
        Assert.Equal(_clock.GetUtcNow().AddDays(90).Date, second.NotAfter.ToUniversalTime().Date);
        Assert.Equal(second.ExportCertificatePem().Trim(), File.ReadAllText(Path.Combine(Authority, "server.crt")).Trim());
    }

    [Fact]
    public async Task A_name_that_is_added_is_in_a_new_certificate()
    {
        await using (var orchestrator = await StartAsync())
            Assert.False((await RawTls.HandshakeAsync(orchestrator.Url)).Certificate.MatchesHostname("router.lan"));
        await using var again = await StartAsync(options => options.TlsNames = "router.lan, 192.0.2.7");
        var (certificate, _, _) = await RawTls.HandshakeAsync(again.Url);
        Assert.All((string[])["router.lan", "192.0.2.7", "localhost", "127.0.0.1", "::1"], name => Assert.True(certificate.MatchesHostname(name), name));
    }

    [Fact]
    public async Task Only_the_newest_protocol_is_spoken()
    {
        await using var orchestrator = await StartAsync();
#pragma warning disable SYSLIB0039, CA5397 // What is not to be spoken.
        foreach (var old in (SslProtocols[])[SslProtocols.Tls, SslProtocols.Tls11, SslProtocols.Tls12])
            await Assert.ThrowsAnyAsync<Exception>(() => RawTls.HandshakeAsync(orchestrator.Url, old));
#pragma warning restore SYSLIB0039, CA5397
        Assert.Equal(SslProtocols.Tls13, (await RawTls.HandshakeAsync(orchestrator.Url)).Protocol);
    }

    [Fact]
    public async Task Both_versions_of_http_are_spoken_on_one_port()
    {
        await using var orchestrator = await StartAsync();
        Assert.Equal("h2", (await RawTls.HandshakeAsync(orchestrator.Url, SslProtocols.None, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11)).Application);
        Assert.Equal("http/1.1", (await RawTls.HandshakeAsync(orchestrator.Url, SslProtocols.None, SslApplicationProtocol.Http11)).Application);
    }

    [Fact]
    public async Task Plain_text_is_not_answered_where_tls_is_spoken()
    {
        await using var orchestrator = await StartAsync();
        using var plain = new ClusterConnection(new UriBuilder(orchestrator.Url) { Scheme = "http" }.Uri, orchestrator.Token);
        Assert.Equal("", (await Assert.ThrowsAsync<ApiException>(() => plain.Cluster.InfoAsync(new ClusterInfoRequest()).ResponseAsync)).Reason);
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new UriBuilder(orchestrator.Url) { Scheme = "http" }.Uri));
    }

    [Fact]
    public async Task Ones_own_certificate_is_served_and_read_again_when_it_changes()
    {
        using var own = CertificateAuthority.Create(_clock.GetUtcNow());
        var (certificate, key) = (Path.Combine(_folder.FullName, "own.crt"), Path.Combine(_folder.FullName, "own.key"));
        var first = Write(own, certificate, key);
        await using var orchestrator = await StartAsync(options => (options.TlsCert, options.TlsKey) = (certificate, key));
        Assert.Equal(own.Pinned, orchestrator.Authority);
        Assert.Equal(first, (await RawTls.HandshakeAsync(orchestrator.Url)).Certificate.SerialNumber);
        using var connection = new ClusterConnection(orchestrator.Url, orchestrator.Token, new ServerTrust(own.Pinned));
        await connection.Cluster.InfoAsync(new ClusterInfoRequest());

        var second = Write(own, certificate, key);
        File.SetLastWriteTimeUtc(certificate, DateTime.UnixEpoch.AddYears(60));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(second, (await RawTls.HandshakeAsync(orchestrator.Url)).Certificate.SerialNumber);

        File.WriteAllText(certificate, "half of it");
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(second, (await RawTls.HandshakeAsync(orchestrator.Url)).Certificate.SerialNumber);
    }

    [Theory]
    [InlineData("http://0.0.0.0:7070", false, "--insecure-plaintext")]
    [InlineData("http://attic.lan:7070", false, "--insecure-plaintext")]
    [InlineData("http://0.0.0.0:7070", true, null)]
    [InlineData("http://127.0.0.1:7070", false, null)]
    [InlineData("http://localhost:7070", false, null)]
    [InlineData("http://[::1]:7070", false, null)]
    [InlineData("https://0.0.0.0:7070", false, null)]
    [InlineData("https://0.0.0.0:7070", true, "contradicts")]
    [InlineData("ftp://0.0.0.0:7070", false, "is not a URL")]
    public void Plain_text_beyond_this_machine_must_be_asked_for(string listen, bool isInsecure, string? refusal)
    {
        var options = new OrchestratorOptions { Listen = listen, InsecurePlaintext = isInsecure };
        var problems = options.Validate(new System.ComponentModel.DataAnnotations.ValidationContext(options)).ToList();
        if (refusal is null)
            Assert.Empty(problems);
        else
            Assert.Contains(refusal, Assert.Single(problems).ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Tls_is_usual_and_plain_text_is_at_the_same_place()
    {
        Assert.Equal(new Uri("https://127.0.0.1:7070"), new OrchestratorOptions().Address);
        Assert.Equal(new Uri("http://127.0.0.1:7070"), new OrchestratorOptions { InsecurePlaintext = true }.Address);
    }

    [Fact]
    public async Task The_fingerprint_is_told_from_the_data_folder()
    {
        var options = new OrchestratorOptions { Data = Path.Combine(_folder.FullName, "data") };
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(1, await AuthorityFingerprint.PrintAsync(options, output, error));
        Assert.Contains("there is no authority", error.ToString(), StringComparison.Ordinal);
        await using var orchestrator = await StartAsync();
        Assert.Equal(0, await AuthorityFingerprint.PrintAsync(options, output, error));
        Assert.Equal($"{orchestrator.Authority!.Fingerprint}", output.ToString().Trim());
    }

    private static string Write(CertificateAuthority own, string certificate, string key)
    {
        using var server = own.IssueServer(["127.0.0.1"], TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        File.WriteAllText(certificate, server.ExportCertificatePem() + "\n" + own.ExportCertificatePem());
        File.Delete(key);
        using (var file = new FileStream(key, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        using (var private_ = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(server)!)
            file.Write(System.Text.Encoding.ASCII.GetBytes(private_.ExportPkcs8PrivateKeyPem()));
        return server.SerialNumber;
    }

    private Task<OrchestratorHost> StartAsync(Action<OrchestratorOptions>? configure = null)
    {
        var options = new OrchestratorOptions { Listen = "https://127.0.0.1:0", Data = Path.Combine(_folder.FullName, "data") };
        configure?.Invoke(options);
        return OrchestratorHost.StartAsync(options, services => services.AddSingleton<TimeProvider>(_clock), null, default);
    }
}
