using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MiniLambda.Orchestrator.Tests.Certificates;

/// <summary>A TLS handshake and no more, by a client that takes any server.</summary>
internal static class RawTls
{
    /// <returns>The server's certificate, the protocol that was agreed on and what is spoken over it.</returns>
    public static async Task<(X509Certificate2 Certificate, SslProtocols Protocol, string Application)> HandshakeAsync(
        Uri server, SslProtocols protocols = SslProtocols.None, params SslApplicationProtocol[] applications)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, patience.Token);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = server.Host,
                EnabledSslProtocols = protocols,
                ApplicationProtocols = applications.Length > 0 ? [.. applications] : null,
#pragma warning disable CA5359 // The test looks at it itself.
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            patience.Token);
        return (X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData()), tls.SslProtocol, tls.NegotiatedApplicationProtocol.ToString());
    }
}
