using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Orchestrator.Certificates;

/// <summary>What this cluster is known by: its authority, and the certificate that the orchestrator serves with. Nothing of it when plain text is served.</summary>
internal sealed partial class ClusterIdentity : IDisposable
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly ServerCertificate? _server;

    /// <exception cref="IOException">The authority or the certificate cannot be used; the message says why.</exception>
    public ClusterIdentity(OrchestratorOptions options, TimeProvider clock, ILogger<ClusterIdentity> logger)
    {
        if (options.Address.Scheme != Uri.UriSchemeHttps)
            return;
        var folder = new AuthorityFolder(options.Data);
        Authority = folder.Open(clock.GetUtcNow());
        _server = options.TlsCert is { } certificate
            ? new OwnCertificate(certificate, options.TlsKey ?? certificate, clock, logger)
            : new IssuedCertificate(Authority, folder, CertificateNames.Find(options.Address, options.MoreTlsNames), clock, logger);
        LogFingerprint(logger, _server.Pinned.Fingerprint);
    }

    /// <summary>Signs the certificates of workers; null when plain text is served.</summary>
    public CertificateAuthority? Authority { get; }

    /// <summary>What clients know the orchestrator by; null when plain text is served.</summary>
    public PinnedAuthority? Pinned => _server?.Pinned;

    /// <summary>Serves over TLS 1.3 on an endpoint; who shows a certificate is looked at when a request comes.</summary>
    public void Secure(ListenOptions endpoint)
    {
        endpoint.Protocols = HttpProtocols.Http1AndHttp2;
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = _server!.Current,
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateRequired = true,
                // Nothing is fetched for a certificate that a stranger shows.
                CertificateChainPolicy = Authority!.Pinned.Policy(),
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                // People show none, and whose a worker's is the gate finds out, which can say what is wrong with it.
#pragma warning disable CA5359 // The certificate is a client's.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            }),
        });
    }

    public void Dispose() => Authority?.Dispose();

    [LoggerMessage(1955, LogLevel.Information, "serving with an authority whose fingerprint is {Fingerprint}")]
    private static partial void LogFingerprint(ILogger logger, Fingerprint fingerprint);
}
