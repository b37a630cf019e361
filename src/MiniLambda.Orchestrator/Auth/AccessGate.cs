using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Access;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Trust.Signing;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Stands before routing: whoever is not known learns nothing of what there is, and of the request only the headers are read.</summary>
internal sealed class AccessGate(RequestDelegate next, Authenticator authenticator)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (AccessRules.IsAnonymous(context.Request.Path))
        {
            context.Features.Set(Caller.Nobody);
            return next(context);
        }

        // Who signed in at the web page is known already.
        if (context.Features.Get<Caller>() is not null)
            return next(context);
        if (authenticator.Authenticate(context, out var refusal) is not { } caller)
            return refusal.WriteAsync(context);
        context.Features.Set(caller);
        return next(context);
    }
}

/// <summary>Stands after routing: lets callers do what their role allows.</summary>
internal sealed class RoleGate(RequestDelegate next, AuditLog audit)
{
    public Task InvokeAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var endpoint = context.GetEndpoint() is { } found && !IsNothing(found) ? found : null;
        // Also of a call that is not served here: who may not make it does not learn that.
        var rule = endpoint is null ? AccessRules.Find(context.Request.Path.Value ?? "") : AccessRules.Of(endpoint);
        if (rule is null ? endpoint is not null : !rule.Allows(caller))
            return RefuseAsync(context, caller, rule);
        if (endpoint is null)
            return Refusal.NothingThere.WriteAsync(context);
        return context.Features.Get<RequestSignature>() is { } signature ? TakeSignedAsync(context, signature) : next(context);
    }

    // Where gRPC tells of calls that it does not have.
    private static bool IsNothing(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is null && endpoint.Metadata.GetMetadata<RpcCounterpart>() is null
        && AccessRules.Of(endpoint) is null;

    private Task RefuseAsync(HttpContext context, Caller caller, AccessRule? rule)
    {
        var refusal = Refusal.RoleForbidden(
            $"{Described(caller)} may not do this: it takes {rule?.Needs ?? "more than anybody has"}");
        refusal.Audit(audit, caller, context);
        return refusal.WriteAsync(context);
    }

    private static string Described(Caller caller) => caller.TokenId.Length == 0
        ? caller.Name
        : $"the token {caller.TokenId}, {(caller.Role is Role.Admin or Role.Operator ? "an" : "a")} {caller.Role.ToString().ToLowerInvariant()}{(caller.Scope is null ? "" : $" of tenant {caller.Scope}")},";

    private async Task TakeSignedAsync(HttpContext context, RequestSignature signature)
    {
        if (await SignedRequests.TakeBodyAsync(context, signature) is not { } refusal)
        {
            await next(context);
            return;
        }

        refusal.Audit(audit, Caller.Of(context), context);
        await refusal.WriteAsync(context);
    }
}
