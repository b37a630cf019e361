using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Refuses every request that does not bear the token, before anything of it but the headers is read.</summary>
internal sealed class TokenGate(RequestDelegate next, TokenTable tokens, NodeCertificates nodes)
{
    private const string Grpc = "application/grpc";

    /// <summary>Who joins has nothing to show yet.</summary>
    private const string Enrolment = "/minilambda.v1.EnrolmentService";

    public Task InvokeAsync(HttpContext context)
    {
        var authorization = (string?)context.Request.Headers.Authorization;
        if (tokens.Find(authorization) is { } caller)
        {
            context.Features.Set(caller);
            return next(context);
        }

        // With no caller, so that nothing counts as shown.
        if (context.Request.Path.StartsWithSegments(Enrolment))
            return next(context);

        if (authorization is null && context.Connection.ClientCertificate is { } certificate)
        {
            var (worker, reason, message) = nodes.Judge(certificate);
            if (worker is null)
                return RefuseAsync(context, RpcErrors.Describe(StatusCode.Unauthenticated, reason, message));
            context.Features.Set(worker);
            return next(context);
        }

        var missing = authorization is null;
        return RefuseAsync(context, RpcErrors.Describe(
            StatusCode.Unauthenticated,
            missing ? "TOKEN_MISSING" : "TOKEN_WRONG",
            missing ? "no token: set MINILAMBDA_TOKEN or use --token" : "the token is not this orchestrator's"));
    }

    // A response of headers alone ("Trailers-Only" of gRPC over HTTP/2).
    private static Task RefuseAsync(HttpContext context, Google.Rpc.Status status)
    {
        var response = context.Response;
        if (context.Request.ContentType?.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) != true)
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        response.ContentType = Grpc;
        response.Headers["grpc-status"] = $"{status.Code}";
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
        return Task.CompletedTask;
    }
}
