using System.Collections.Frozen;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Access;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>The one table of who may call what. What is not in it nobody may call.</summary>
internal static class AccessRules
{
    private const string Package = "minilambda.v1.";

    private static readonly FrozenDictionary<string, AccessRule> Rules = new Dictionary<string, AccessRule>
    {
        ["FunctionService/Push"] = new(Role.Operator),
        ["FunctionService/Get"] = new(Role.Reader),
        ["FunctionService/List"] = new(Role.Reader),
        ["FunctionService/Delete"] = new(Role.Operator),

        // A node fetches what its leases name and stores what they made.
        ["BlobService/Upload"] = new(Role.Submitter) { Nodes = true },
        ["BlobService/Download"] = new(Role.Reader) { Nodes = true },
        ["BlobService/Stat"] = new(Role.Reader) { Nodes = true },

        ["JobService/Submit"] = new(Role.Submitter),
        ["JobService/Invoke"] = new(Role.Submitter),
        ["JobService/SubmitBatch"] = new(Role.Submitter),
        ["JobService/Cancel"] = new(Role.Submitter),
        ["JobService/CancelMatching"] = new(Role.Submitter),
        ["JobService/Get"] = new(Role.Reader),
        ["JobService/List"] = new(Role.Reader),
        ["JobService/Explain"] = new(Role.Reader),
        ["JobService/Watch"] = new(Role.Reader),
        ["JobService/Logs"] = new(Role.Reader),
        ["JobService/Result"] = new(Role.Reader),
        ["JobService/Input"] = new(Role.Reader),
        ["JobService/Retry"] = new(Role.Operator),
        ["JobService/Remove"] = new(Role.Operator),
        ["JobService/RedriveMatching"] = new(Role.Operator),
        ["JobService/PurgeMatching"] = new(Role.Operator),

        ["EventService/Watch"] = new(Role.Reader),

        ["ClusterService/Info"] = new(Role.Reader),
        ["ClusterService/ListWorkers"] = new(Role.Reader),
        ["ClusterService/GetWorker"] = new(Role.Reader),
        // Nodes work for all tenants.
        ["ClusterService/DrainWorker"] = new(Role.Operator) { AllTenants = true },
        ["ClusterService/ResumeWorker"] = new(Role.Operator) { AllTenants = true },
        ["ClusterService/RemoveWorker"] = new(Role.Operator) { AllTenants = true },

        ["SecretService/Set"] = new(Role.Operator),
        ["SecretService/List"] = new(Role.Operator),
        ["SecretService/Delete"] = new(Role.Operator),

        ["AccessService/WhoAmI"] = new(Role.Reader),
        ["AccessService/CreateToken"] = new(Role.Admin),
        ["AccessService/ListTokens"] = new(Role.Admin),
        ["AccessService/RevokeToken"] = new(Role.Admin),
        ["AccessService/CreateJoinToken"] = new(Role.Admin) { AllTenants = true },
        ["AccessService/ListJoinTokens"] = new(Role.Admin) { AllTenants = true },
        ["AccessService/RevokeJoinToken"] = new(Role.Admin) { AllTenants = true },

        ["AuditService/Read"] = new(Role.Admin) { AllTenants = true },
        ["AuditService/Verify"] = new(Role.Admin) { AllTenants = true },

        // What a machine proves there, it proves in the call.
        ["EnrolmentService/GetAuthority"] = AccessRule.Anonymous,
        ["EnrolmentService/Join"] = AccessRule.Anonymous,
        ["EnrolmentService/Renew"] = AccessRule.Anonymous,

        ["WorkerService/Session"] = AccessRule.NodesOnly,

        // What is no call of the contracts is here by its path. These tell yes or no to whoever balances or restarts.
        ["/healthz"] = AccessRule.Anonymous,
        ["/readyz"] = AccessRule.Anonymous,
        ["/grpc.health.v1.Health/Check"] = AccessRule.Anonymous,
        ["/grpc.health.v1.Health/Watch"] = new(Role.Reader),
        ["/grpc.health.v1.Health/List"] = new(Role.Reader),
        // Of all tenants at once.
        ["/metrics"] = new(Role.Reader) { AllTenants = true },
    }.ToFrozenDictionary(rule => rule.Key[0] == '/' ? rule.Key : $"/{Package}{rule.Key}", rule => rule.Value);

    /// <summary>Every path of the table.</summary>
    public static IEnumerable<string> Paths => Rules.Keys;

    /// <param name="path">Of an RPC <c>/minilambda.v1.JobService/Submit</c>.</param>
    public static AccessRule? Find(string path) => Rules.GetValueOrDefault(path);

    /// <summary>Whether a path needs no credentials.</summary>
    public static bool IsAnonymous(PathString path) => path.Value is { } text && Rules.GetValueOrDefault(text) is { IsAnonymous: true };

    /// <summary>The rule of what a request came to; null when there is none.</summary>
    public static AccessRule? Of(Endpoint endpoint) => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is { } grpc
        ? Find(grpc.Method.FullName)
        : endpoint.Metadata.GetMetadata<RpcCounterpart>() is { } counterpart ? Find($"/{counterpart.Rpc}")
        : endpoint is RouteEndpoint { RoutePattern.RawText: { } path } ? Find(path) : null;

    /// <summary>Sees that nothing is served that is not in the table.</summary>
    /// <exception cref="InvalidOperationException">Something is; the message names it.</exception>
    public static void DemandAll(IEnumerable<Endpoint> endpoints)
    {
        string[] missing =
        [
            .. endpoints.Where(e => Of(e) is null).SelectMany(e => (IEnumerable<string?>)
                [e.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName, e.Metadata.GetMetadata<RpcCounterpart>()?.Rpc]).OfType<string>(),
        ];
        if (missing.Length > 0)
            throw new InvalidOperationException($"no rule says who may call {string.Join(", ", missing)}: add it to {nameof(AccessRules)}");
    }
}

/// <summary>The RPC that another endpoint does the same as; whoever may call the one may call the other.</summary>
/// <param name="Rpc">Such as <c>minilambda.v1.JobService/Submit</c>.</param>
internal sealed record RpcCounterpart(string Rpc);

/// <summary>Who may make a call.</summary>
/// <param name="Least">The least role of people and programs.</param>
internal sealed record AccessRule(Role Least)
{
    /// <summary>Anybody, also without credentials.</summary>
    public static readonly AccessRule Anonymous = new(default(Role)) { IsAnonymous = true };

    /// <summary>Nodes, also those that dial with the orchestrator's own token.</summary>
    public static readonly AccessRule NodesOnly = new(Role.Worker) { Nodes = true };

    public bool IsAnonymous { get; private init; }

    /// <summary>Only one who is confined to no tenant.</summary>
    public bool AllTenants { get; init; }

    /// <summary>Also a node that is known by its certificate.</summary>
    public bool Nodes { get; init; }

    /// <summary>What it takes, in words.</summary>
    public string Needs => Least == Role.Worker
        ? "a worker's certificate or the orchestrator's own token"
        : $"the role {Least.ToString().ToLowerInvariant()}{(AllTenants ? " over all tenants" : "")}";

    public bool Allows(Caller caller) => caller.Role switch
    {
        _ when IsAnonymous => true,
        Role.Worker => Nodes,
        _ when Least == Role.Worker => caller.Name == Caller.Cluster,
        _ => caller.Role >= Least && (!AllTenants || caller.Scope is null),
    };
}
