using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Rest.Problems;

/// <summary>The one table of how refusals look over HTTP; beside <see cref="RpcErrors"/>, which says what they are called.</summary>
internal static class HttpErrors
{
    public static Problem Of(Exception failure)
    {
        switch (failure)
        {
            case ProblemException { Problem: var problem }:
                return problem;
            case RefusedException refused:
                return new Problem(StatusOf(RpcErrors.CodeOf(refused.Kind), refused.Reason), refused.Reason, refused.Message)
                {
                    RetryAfter = refused.RetryAfter,
                    More = refused.More,
                };
            case RpcException rpc:
                var status = rpc.GetRpcStatus();
                var info = status?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason ?? "";
                return new Problem(StatusOf(rpc.StatusCode, info), info, rpc.Status.Detail)
                {
                    RetryAfter = status?.GetDetail<Google.Rpc.RetryInfo>()?.RetryDelay.ToTimeSpan(),
                };
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ProblemException.TooLarge("the body is larger than what is accepted here").Problem;
            case BadHttpRequestException bad:
                return new Problem(bad.StatusCode, "MESSAGE_MALFORMED", $"the request cannot be read: {bad.Message}");
            default:
                var (code, reason, message) = RpcErrors.Describe(failure);
                return new Problem(StatusOf(code, reason), reason, message) { RetryAfter = code == StatusCode.Unavailable ? TimeSpan.FromSeconds(1) : null };
        }
    }

    private static int StatusOf(StatusCode code, string reason) => (code, reason) switch
    {
        (_, "BLOB_TOO_LARGE" or "INPUT_TOO_LARGE") => StatusCodes.Status413PayloadTooLarge,
        (_, "MANIFEST_INVALID" or "MODULE_INVALID" or "BLOB_DIGEST_MISMATCH") => StatusCodes.Status422UnprocessableEntity,
        (_, "EVENTS_TRIMMED") => StatusCodes.Status410Gone,
        (_, "DISK_FULL") => StatusCodes.Status507InsufficientStorage,
        (StatusCode.NotFound, _) => StatusCodes.Status404NotFound,
        (StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.Aborted, _) => StatusCodes.Status409Conflict,
        (StatusCode.ResourceExhausted, _) => StatusCodes.Status429TooManyRequests,
        (StatusCode.OutOfRange, _) => StatusCodes.Status416RangeNotSatisfiable,
        (StatusCode.Unauthenticated, _) => StatusCodes.Status401Unauthorized,
        (StatusCode.PermissionDenied, _) => StatusCodes.Status403Forbidden,
        (StatusCode.InvalidArgument, _) => StatusCodes.Status400BadRequest,
        (StatusCode.Unimplemented, _) => StatusCodes.Status404NotFound,
        (StatusCode.Unavailable, _) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
