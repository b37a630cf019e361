using System.Security.Cryptography;
using System.Text;
using MiniLambda.Domain.Access;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>
/// The pre-shared tokens: the cluster's own, and one for each tenant. Holds only their digests, so that a token can neither be logged nor found in a
/// memory dump by its text.
/// </summary>
internal sealed class TokenTable
{
    private readonly List<(byte[] Digest, Caller Caller)> _tokens = [];

    /// <param name="token">The cluster's own.</param>
    /// <param name="tenants">Those of tenants, by their names.</param>
    /// <exception cref="ArgumentException">A token is empty: an orchestrator never runs without one.</exception>
    public TokenTable(string token, IReadOnlyDictionary<string, string> tenants)
    {
        Add(token, new Caller(Caller.Cluster, Role.Admin, null));
        foreach (var (tenant, secret) in tenants)
            Add(secret, new Caller($"token:tenant-{tenant}", Role.Operator, tenant));
    }

    /// <summary>Whose token an <c>Authorization: Bearer …</c> header bears; null when nobody's. Takes the same time for every token.</summary>
    public Caller? Find(string? authorization)
    {
        const string scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(authorization[scheme.Length..].Trim()), digest);
        Caller? found = null;
        foreach (var (known, caller) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(digest, known))
                found = caller;
        }

        return found;
    }

    private void Add(string token, Caller caller)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        _tokens.Add((SHA256.HashData(Encoding.UTF8.GetBytes(token)), caller));
    }
}
