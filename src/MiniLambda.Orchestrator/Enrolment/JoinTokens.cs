using System.Net;
using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Joining;

namespace MiniLambda.Orchestrator.Enrolment;

/// <summary>Makes, lists and revokes the tokens that workers join with.</summary>
internal sealed class JoinTokens(IEnrolmentStore store, ClusterIdentity identity, OrchestratorOptions options, TimeProvider clock)
{
    /// <summary>Addresses that a token names beside the one that its making was asked at.</summary>
    private const int MostOthers = 6;

    /// <summary>Null when plain text is served: there is nothing that a token could vouch for.</summary>
    public PinnedAuthority? Authority => identity.Pinned;

    /// <param name="called">The URL that the call came to.</param>
    /// <param name="server">The URL that workers dial; null for the one that the call came to.</param>
    /// <returns>The token, and its text, which is told only here.</returns>
    public async Task<(JoinTokenRecord Token, string Text)> CreateAsync(
        Uri called, Uri? server, TimeSpan ttl, int uses, IReadOnlyDictionary<string, string> labels, string createdBy)
    {
        var token = JoinToken.Create(Authority!.Fingerprint, [.. server is null ? Addresses(called) : [server]]);
        var now = clock.GetUtcNow();
        var record = new JoinTokenRecord(token.Id, token.Key, labels, uses, now, createdBy, now + ttl);
        await store.CreateTokenAsync(record, CancellationToken.None);
        return (record, token.ToText());
    }

    public ValueTask<IReadOnlyList<JoinTokenRecord>> ListAsync(CancellationToken cancellationToken) => store.ListTokensAsync(clock.GetUtcNow(), cancellationToken);

    /// <summary>Null when there is none of that id.</summary>
    public Task<JoinTokenRecord?> RevokeAsync(string id) => store.RevokeTokenAsync(id, CancellationToken.None);

    // Whoever asks on this machine asks at an address that is of no use on others; they try what they are told in turn.
    private IEnumerable<Uri> Addresses(Uri called)
    {
        var isEverywhere = IPAddress.TryParse(options.Address.Host.Trim('[', ']'), out var bound) && (bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any));
        return called.IsLoopback && isEverywhere
            ? CertificateNames.Addresses().Take(MostOthers).Select(a => new UriBuilder(called.Scheme, a.ToString(), called.Port).Uri).Append(called)
            : [called];
    }
}
