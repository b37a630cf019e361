using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Who makes a call.</summary>
/// <param name="Name">As the audit log calls it: <c>token:ID</c>, <c>worker:NAME</c> or <c>nobody</c>.</param>
/// <param name="Scope">The tenant that it is confined to; null = all.</param>
internal sealed record Caller(string Name, Role Role, string? Scope)
{
    private const string TokenPrefix = "token:";

    /// <summary>Whose token the orchestrator's own is.</summary>
    public const string Cluster = TokenPrefix + "cluster";

    /// <summary>One without credentials, in the few calls that take none: it may do nothing else and sees no tenant.</summary>
    public static readonly Caller Nobody = new("nobody", default, "");

    /// <summary>Patterns of the function names that it may name; none = all.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>Ends when the token is revoked or expires: streams that it opened end with it.</summary>
    public CancellationToken Ended { get; init; }

    /// <summary>Why it ended.</summary>
    public Func<Refusal> WhyEnded { get; init; } = static () => Refusal.TokenRevoked;

    /// <summary>Its token; empty when it has none.</summary>
    public string TokenId => Name.StartsWith(TokenPrefix, StringComparison.Ordinal) ? Name[TokenPrefix.Length..] : "";

    /// <summary>Who what it makes belongs to.</summary>
    public string Tenant => Scope ?? Lane.DefaultTenant;

    /// <summary>Whether it may know of what belongs to a tenant.</summary>
    public bool Sees(string tenant) => Scope is null || Scope == tenant;

    /// <summary>Whether it may know of a function of this name, push it, and make jobs of it.</summary>
    public bool MayName(string function) => FunctionPatterns.Matches(Functions, function);

    public static Caller OfToken(string id, Role role, string? scope) => new(TokenPrefix + id, role, scope);

    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext());

    public static Caller Of(HttpContext context) => context.Features.Get<Caller>()!;
}
