using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The answer to a request that does not come as far as a service.</summary>
internal static class RefusedRequest
{
    private const string Grpc = "application/grpc";

    /// <summary>A response of headers alone: for gRPC its "Trailers-Only" (over HTTP/2), for others the bare status.</summary>
    public static void Answer(HttpContext context, Google.Rpc.Status status, int httpStatus)
    {
        var response = context.Response;
        if (context.Request.ContentType?.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase) != true)
        {
            response.StatusCode = httpStatus;
            return;
        }

        response.ContentType = Grpc;
        response.Headers["grpc-status"] = $"{status.Code}";
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
    }
}
