using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Health;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Refuses every request that does not bear the token, before anything of it but the headers is read.</summary>
internal sealed class TokenGate(RequestDelegate next, TokenTable tokens)
{
    private const string Grpc = "application/grpc";

    public Task InvokeAsync(HttpContext context)
    {
        if (HealthEndpoints.IsAnonymous(context.Request.Path))
            return next(context);
        var authorization = (string?)context.Request.Headers.Authorization;
        if (tokens.Find(authorization) is { } caller)
        {
            context.Features.Set(caller);
            return next(context);
        }

        if (context.Request.ContentType?.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) == true)
            Refuse(context.Response, authorization is null);
        else
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    // A response of headers alone ("Trailers-Only" of gRPC over HTTP/2).
    private static void Refuse(HttpResponse response, bool missing)
    {
        var status = RpcErrors.Describe(
            StatusCode.Unauthenticated,
            missing ? "TOKEN_MISSING" : "TOKEN_WRONG",
            missing ? "no token: set MINILAMBDA_TOKEN or use --token" : "the token is not this orchestrator's");
        response.ContentType = Grpc;
        response.Headers["grpc-status"] = $"{status.Code}";
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
    }
}
