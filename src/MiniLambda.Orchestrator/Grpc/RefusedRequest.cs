using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Rest.Problems;
using MiniLambda.Orchestrator.Web.Entrance;
using MiniLambda.Orchestrator.Web.Rendering;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The answer to a request that does not come as far as a service.</summary>
internal static class RefusedRequest
{
    private const string Grpc = "application/grpc";

    /// <summary>A response of headers alone: for gRPC its "Trailers-Only" (over HTTP/2), for others a problem, and for a page a page.</summary>
    public static Task AnswerAsync(HttpContext context, Google.Rpc.Status status, int httpStatus)
    {
        var response = context.Response;
        if (context.Features.Get<WebSession>() is not null)
            return PageRenderer.ErrorAsync(context, httpStatus, status.Message);
        if (context.Request.ContentType?.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) != true)
        {
            var problem = new Problem(httpStatus, status.GetDetail<Google.Rpc.ErrorInfo>()?.Reason ?? "", status.Message)
            {
                RetryAfter = status.GetDetail<Google.Rpc.RetryInfo>()?.RetryDelay.ToTimeSpan(),
            };
            return problem.WriteAsync(context);
        }

        response.ContentType = Grpc;
        response.Headers["grpc-status"] = $"{status.Code}";
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
        return Task.CompletedTask;
    }
}
