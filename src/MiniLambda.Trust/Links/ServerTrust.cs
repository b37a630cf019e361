using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Trust.Links;

/// <summary>Whom a client takes for its orchestrator.</summary>
/// <param name="authority">Nobody but whom it vouches for; null leaves it to <paramref name="fingerprint"/>, else to the authorities that the system trusts.</param>
/// <param name="fingerprint">Of the authority, when its certificate has yet to be fetched.</param>
public sealed class ServerTrust(PinnedAuthority? authority = null, Fingerprint? fingerprint = null)
{
    /// <summary>The system's authorities.</summary>
    public static ServerTrust System { get; } = new();

    public PinnedAuthority? Authority { get; } = authority;

    public Fingerprint? Fingerprint { get; } = fingerprint;

    /// <summary>How a TLS connection to a server is made.</summary>
    /// <param name="certificate">What the client shows; null for nothing.</param>
    public static SslClientAuthenticationOptions Options(Uri server, PinnedAuthority? authority, X509Certificate2? certificate)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = server.IdnHost.Trim('[', ']'),
            CertificateChainPolicy = authority?.Policy(),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, leaf, chain, errors) =>
                errors == SslPolicyErrors.None ? true : throw new ServerRefusedException(server, Refusal(server, authority, leaf as X509Certificate2, chain, errors)),
        };
        if (certificate is not null)
            options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        return options;
    }

    private static string Refusal(Uri server, PinnedAuthority? authority, X509Certificate2? leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        if (leaf is null)
            return "it shows no certificate";
        if (errors == SslPolicyErrors.RemoteCertificateNameMismatch)
            return $"its certificate is not for '{server.Host}'; dial it by a name that it has, or let the orchestrator add this one with --tls-names";
        if (chain?.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid) == true && chain.ChainStatus.All(s => s.Status == X509ChainStatusFlags.NotTimeValid))
            return $"its certificate is valid from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u}: look at the clocks of both machines";
        var root = chain?.ChainElements.Select(e => e.Certificate).Concat(chain.ChainPolicy.ExtraStore).FirstOrDefault(c => c.Subject == leaf.Issuer);
        var issuer = root is null ? $"'{leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true)}'" : $"{Authorities.Fingerprint.Of(root.RawData)}";
        return authority is null
            ? $"its certificate is of an unknown authority, {issuer}; to trust it: minilambda login {server.ToString().TrimEnd('/')}"
            : $"its certificate is of another authority, {issuer}, than the pinned {authority.Fingerprint}: this may be somebody else's server; "
                + $"if the cluster was set up anew: minilambda login {server.ToString().TrimEnd('/')}";
    }
}

/// <summary>What answers at an address is not whom it was taken for; the message says why.</summary>
public sealed class ServerRefusedException(Uri server, string reason)
    : AuthenticationException($"{server.ToString().TrimEnd('/')} is not trusted: {reason}")
{
    /// <summary>Why, without the server.</summary>
    public string Reason { get; } = reason;
}
