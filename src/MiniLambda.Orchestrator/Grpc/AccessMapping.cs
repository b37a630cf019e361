using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Access;
using Role = MiniLambda.Domain.Access.Role;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Tokens as they are on the wire.</summary>
internal static class AccessMapping
{
    public static AccessToken Write(TokenRecord token) => new()
    {
        Id = token.Id,
        Role = Write(token.Role),
        Tenant = token.Tenant ?? "",
        Functions = { token.Functions },
        Description = token.Description,
        // One of a file has always been there.
        CreatedAt = token.CreatedAt == DateTimeOffset.UnixEpoch ? null : token.CreatedAt.ToTimestamp(),
        CreatedBy = token.CreatedBy,
        ExpiresAt = token.ExpiresAt?.ToTimestamp(),
        LastUsedAt = token.LastUsedAt?.ToTimestamp(),
        RevokedAt = token.RevokedAt?.ToTimestamp(),
    };

    public static Contracts.V1.Role Write(Role role) => (Contracts.V1.Role)(int)role;

    public static string Word(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>What a token may do, in words.</summary>
    public static string Words(TokenRecord token) =>
        $"{Word(token.Role)} {(token.Tenant is null ? "over all tenants" : $"of tenant {token.Tenant}")}"
        + (token.Functions.Count == 0 ? "" : $", functions {string.Join(' ', token.Functions)}")
        + (token.ExpiresAt is { } end ? $", until {end:u}" : "");
}
