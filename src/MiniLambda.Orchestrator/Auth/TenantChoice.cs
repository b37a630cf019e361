using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Tenants;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>
/// The tenant that a caller works in: who is over all tenants may name one with each request. Stands behind what makes out the caller, and before
/// everything that asks for it.
/// </summary>
internal sealed class TenantChoice(RequestDelegate next)
{
    /// <summary>The header that names it.</summary>
    public const string Header = "minilambda-tenant";

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue(Header, out var values) || context.Features.Get<Caller>() is not { } caller)
            return next(context);
        var tenant = values.ToString();
        if (!TenantName.IsValid(tenant))
            return RefuseAsync(context, StatusCode.InvalidArgument, StatusCodes.Status400BadRequest, "TENANT_INVALID", $"the request names no tenant ({TenantName.Rule})");
        if (!caller.Sees(tenant))
        {
            return RefuseAsync(
                context, StatusCode.PermissionDenied, StatusCodes.Status403Forbidden, "ROLE_FORBIDDEN",
                $"this token is confined to its own tenant: there is no tenant '{tenant}' for it");
        }

        context.Features.Set(caller with { Chosen = tenant });
        return next(context);
    }

    private static Task RefuseAsync(HttpContext context, StatusCode code, int http, string reason, string message)
    {
        RefusedRequest.Answer(context, RpcErrors.Describe(code, reason, message), http);
        return Task.CompletedTask;
    }
}
