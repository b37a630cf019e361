using System.Security.Cryptography.X509Certificates;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Trust.Links;

/// <summary>
/// A way to a server that goes to nobody else. When only the fingerprint of its authority is known, the first request fetches and checks the authority before
/// anything of that request is sent.
/// </summary>
public sealed class TrustedHandler : DelegatingHandler
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Uri _server;
    private readonly SocketsHttpHandler _sockets;
    private readonly Fingerprint _fingerprint;
    private readonly X509Certificate2? _certificate;
    private readonly Func<HttpMessageHandler, CancellationToken, Task<byte[]>> _ask;
    private volatile bool _isKnown;

    private TrustedHandler(
        Uri server, SocketsHttpHandler sockets, Fingerprint fingerprint, X509Certificate2? certificate,
        Func<HttpMessageHandler, CancellationToken, Task<byte[]>> ask)
        : base(sockets) => (_server, _sockets, _fingerprint, _certificate, _ask) = (server, sockets, fingerprint, certificate, ask);

    /// <param name="sockets">What connections are made with; its TLS settings are replaced.</param>
    /// <param name="certificate">What the client shows; null for nothing.</param>
    /// <param name="ask">Asks for the authority as for <see cref="AuthorityFetch"/>.</param>
    /// <exception cref="ServerRefusedException">It speaks plain text, over which nobody can show that it is the one which is trusted.</exception>
    public static HttpMessageHandler Create(
        Uri server, SocketsHttpHandler sockets, ServerTrust trust, X509Certificate2? certificate, Func<HttpMessageHandler, CancellationToken, Task<byte[]>> ask)
    {
        // What is sent is for that server alone, wherever it would rather have it sent.
        sockets.AllowAutoRedirect = false;
        if (server.Scheme != Uri.UriSchemeHttps)
        {
            if (trust is { Authority: null, Fingerprint: null })
                return sockets;
            sockets.Dispose();
            throw new ServerRefusedException(
                server, $"over plain text nobody can show that it is of authority {trust.Authority?.Fingerprint ?? trust.Fingerprint}; dial it at https://");
        }

        if (trust.Authority is null && trust.Fingerprint is { } fingerprint)
            return new TrustedHandler(server, sockets, fingerprint, certificate, ask);
        sockets.SslOptions = ServerTrust.Options(server, trust.Authority, certificate);
        return sockets;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!_isKnown)
            await LearnAsync(cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _turn.Dispose();
        base.Dispose(disposing);
    }

    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_isKnown)
                return;
            var fetched = await AuthorityFetch.FetchAsync(_server, _fingerprint, _ask, cancellationToken);
            _sockets.SslOptions = ServerTrust.Options(_server, fetched.Pin, _certificate);
            _isKnown = true;
        }
        finally
        {
            _turn.Release();
        }
    }
}
