using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Trust.Links;

/// <summary>Fetches the certificate of a cluster's authority over a connection that proves nothing yet, and on which nothing secret may be said.</summary>
public static class AuthorityFetch
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Asks, and checks that the very certificate which that connection was made with is vouched for by what was answered: else whoever stands between could
    /// pass on another's authority.
    /// </summary>
    /// <param name="expected">What its fingerprint must be; null when a person is asked about it next.</param>
    /// <param name="ask">Asks for the authority (X.509, DER) over the handler, which whoever calls does not dispose.</param>
    /// <exception cref="ServerRefusedException">It has another fingerprint, or does not vouch for the server.</exception>
    public static async Task<FetchedAuthority> FetchAsync(
        Uri server, Fingerprint? expected, Func<HttpMessageHandler, CancellationToken, Task<byte[]>> ask, CancellationToken cancellationToken)
    {
        var seen = new List<byte[]>();
        var isKnown = false;
        using var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false };
        // Nothing is fetched from where a stranger's certificate says that its issuer is.
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, leaf, chain, errors) =>
        {
            lock (seen)
            {
                isKnown = errors == System.Net.Security.SslPolicyErrors.None;
                seen.Clear();
                if (leaf is not null)
                    seen.Add(leaf.GetRawCertData());
                seen.AddRange(chain?.ChainPolicy.ExtraStore.Select(c => c.RawData) ?? []);
            }

            return true;
        };
        var answer = await ask(handler, cancellationToken);
        PinnedAuthority authority;
        try
        {
            authority = new PinnedAuthority(answer);
        }
        catch (CryptographicException)
        {
            throw new ServerRefusedException(server, "what it calls its authority is no certificate");
        }

        if (expected is { } pinned && authority.Fingerprint != pinned)
        {
            throw new ServerRefusedException(
                server, $"its authority is {authority.Fingerprint}, not {pinned}: this is another cluster, or somebody in between; nothing was sent");
        }

        lock (seen)
        {
            var shown = seen.ConvertAll(der => X509CertificateLoader.LoadCertificate(der));
            var isCovered = authority.IsRoot
                ? shown.Count > 0 && authority.Covers(shown[0], shown.Skip(1), server.IdnHost.Trim('[', ']'))
                : isKnown && shown.Any(c => c.RawData.AsSpan().SequenceEqual(authority.Certificate));
            if (!isCovered)
            {
                throw new ServerRefusedException(
                    server, $"its certificate is not one of authority {authority.Fingerprint} for '{server.Host}': somebody may stand in between; nothing was sent");
            }

            return new FetchedAuthority(authority);
        }
    }
}

/// <summary>What a server vouched for itself with.</summary>
public sealed record FetchedAuthority(PinnedAuthority Authority)
{
    /// <summary>What a client keeps; null when the server's certificate is of an authority that the system trusts, which changes its intermediates as it likes.</summary>
    public PinnedAuthority? Pin => Authority.IsRoot ? Authority : null;
}
