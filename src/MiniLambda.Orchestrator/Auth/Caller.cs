using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Jobs;
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

    private const string WorkerPrefix = "worker:";

    /// <summary>Patterns of the function names that it may name; none = all.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>Of a node its name; null for everybody else.</summary>
    public string? WorkerName => Role == Role.Worker && Name.StartsWith(WorkerPrefix, StringComparison.Ordinal) ? Name[WorkerPrefix.Length..] : null;

    /// <summary>Ends when the token is revoked or expires: streams that it opened end with it.</summary>
    public CancellationToken Ended { get; init; }

    /// <summary>Why it ended.</summary>
    public Func<Refusal> WhyEnded { get; init; } = static () => Refusal.TokenRevoked;

    /// <summary>Its token; empty when it has none.</summary>
    public string TokenId => Name.StartsWith(TokenPrefix, StringComparison.Ordinal) ? Name[TokenPrefix.Length..] : "";

    /// <summary>The tenant that it works in, where it named one; null = none. See <see cref="TenantChoice"/>.</summary>
    public string? Chosen { get; init; }

    /// <summary>The tenant that it is shown; null = all.</summary>
    public string? View => Scope ?? Chosen;

    /// <summary>Who what it makes belongs to, and whose the names are that it names.</summary>
    public string Tenant => View ?? Lane.DefaultTenant;

    /// <summary>Whether it is to know of what belongs to a tenant.</summary>
    public bool Sees(string tenant) => View is not { } view || view == tenant;

    /// <summary>Whether it is to know of functions of a name.</summary>
    public bool MayName(string function) => FunctionPatterns.Matches(Functions, function);

    /// <summary>Whether it is to know of a job.</summary>
    public bool Sees(JobRecord job) => Sees(job.Lane.Tenant) && MayName(job.Function.Value);

    /// <summary>As much of a query as it is to know of; null when that is nothing.</summary>
    public JobQuery? Narrow(JobQuery query) => query.Tenant is { } asked && !Sees(asked)
        ? null
        : query with { Tenant = View ?? query.Tenant, Functions = Functions };

    public static Caller OfToken(string id, Role role, string? scope) => new(TokenPrefix + id, role, scope);

    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext());

    /// <summary>The address that a call came from, as the audit log has it.</summary>
    public static string PeerOf(HttpContext context) => $"{context.Connection.RemoteIpAddress}";

    public static string PeerOf(ServerCallContext context) => PeerOf(context.GetHttpContext());

    public static Caller Of(HttpContext context) => context.Features.Get<Caller>()!;
}
