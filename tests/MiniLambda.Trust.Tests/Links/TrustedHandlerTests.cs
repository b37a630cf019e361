using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;

namespace MiniLambda.Trust.Tests.Links;

public sealed class TrustedHandlerTests
{
    private static readonly Uri Plain = new("http://orchestrator:7070");
    private static readonly Uri Secure = new("https://orchestrator:7070");

    [Fact]
    public void Whose_authority_is_known_is_not_dialled_over_plain_text()
    {
        using var authority = CertificateAuthority.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        foreach (var trust in new[] { new ServerTrust(authority.Pinned), new ServerTrust(fingerprint: authority.Pinned.Fingerprint) })
        {
            var refusal = Assert.Throws<ServerRefusedException>(() => Create(Plain, new SocketsHttpHandler(), trust));
            Assert.Contains($"{authority.Pinned.Fingerprint}", refusal.Message, StringComparison.Ordinal);
            Create(Secure, new SocketsHttpHandler(), trust).Dispose();
        }
    }

    [Fact]
    public void What_is_sent_to_a_server_goes_nowhere_else_when_it_says_so()
    {
        foreach (var server in new[] { Plain, Secure })
        {
            using var sockets = new SocketsHttpHandler();
            Create(server, sockets, ServerTrust.System);
            Assert.False(sockets.AllowAutoRedirect);
        }
    }

    private static HttpMessageHandler Create(Uri server, SocketsHttpHandler sockets, ServerTrust trust) =>
        TrustedHandler.Create(server, sockets, trust, certificate: null, static (_, _) => Task.FromResult<byte[]>([]));
}
