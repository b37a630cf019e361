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
    /// <summary>Whose token the orchestrator's own is.</summary>
    public const string Cluster = "token:cluster";

    /// <summary>Patterns of the function names that it may name; none = all.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>Ends when the token is revoked or expires: streams that it opened end with it.</summary>
    public CancellationToken Ended { get; init; }

    /// <summary>Who what it makes belongs to.</summary>
    public string Tenant => Scope ?? Lane.DefaultTenant;

    /// <summary>Whether it may know of what belongs to a tenant.</summary>
    public bool Sees(string tenant) => Scope is null || Scope == tenant;

    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext());

    public static Caller Of(HttpContext context) => context.Features.Get<Caller>()!;
}
