using System.Security.Cryptography;
using System.Text;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>The one pre-shared token. Holds only its digest, so that the token can neither be logged nor found in a memory dump by its text.</summary>
internal sealed class SharedToken
{
    private readonly byte[] _digest;

    /// <exception cref="ArgumentException">The token is empty: an orchestrator never runs without one.</exception>
    public SharedToken(string token)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(token));
    }

    /// <summary>Whether an <c>Authorization: Bearer …</c> header bears the token. Takes the same time for every wrong token.</summary>
    public bool Accepts(string? authorization)
    {
        const string scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(authorization[scheme.Length..].Trim()), digest);
        return CryptographicOperations.FixedTimeEquals(digest, _digest);
    }
}
