using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Why a caller is turned away, as gRPC or as HTTP is told it.</summary>
/// <param name="Reason">Machine-readable.</param>
/// <param name="Message">For people.</param>
/// <param name="RetryAfter">When it may try again; null when that would not help.</param>
internal sealed record Refusal(StatusCode Code, string Reason, string Message, TimeSpan? RetryAfter = null)
{
    public static readonly Refusal TokenMissing = new(StatusCode.Unauthenticated, "TOKEN_MISSING", "no token: set MINILAMBDA_TOKEN or use --token");
    public static readonly Refusal TokenWrong = new(StatusCode.Unauthenticated, "TOKEN_WRONG", "the token is not this orchestrator's");
    public static readonly Refusal TokenExpired = new(StatusCode.Unauthenticated, "TOKEN_EXPIRED", "the token has expired: ask an admin for a new one");
    public static readonly Refusal TokenRevoked = new(StatusCode.Unauthenticated, "TOKEN_REVOKED", "the token was revoked");
    public static readonly Refusal CertificateRevoked = new(StatusCode.Unauthenticated, "CERTIFICATE_REVOKED", "the worker's certificate was revoked");
    public static readonly Refusal NothingThere = new(StatusCode.Unimplemented, "NOT_FOUND", "this orchestrator has no such call");

    public static Refusal RoleForbidden(string message) => new(StatusCode.PermissionDenied, "ROLE_FORBIDDEN", message);

    public static Refusal TooManyAttempts(TimeSpan wait) => new(
        StatusCode.ResourceExhausted, "TOO_MANY_ATTEMPTS",
        string.Create(CultureInfo.InvariantCulture, $"too many wrong tokens came from this address: wait {Math.Ceiling(wait.TotalSeconds)}s"), wait);

    /// <summary>Whose credential it was, where that is known though it stands no more; for the audit log.</summary>
    public Caller? Whose { get; init; }

    private int HttpStatus => Code switch
    {
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status400BadRequest,
    };

    public RpcException ToException() => Status().ToRpcException();

    /// <summary>Takes down that a request was turned away.</summary>
    public void Audit(AuditLog audit, Caller? caller, HttpContext context) => audit.Record(
        "call", AuditOutcome.Denied, caller, $"{context.Connection.RemoteIpAddress}", Printable.Of(context.Request.Path.Value ?? ""), $"{Reason}: {Message}");

    /// <summary>Answers a request with it.</summary>
    public Task WriteAsync(HttpContext context) => RefusedRequest.AnswerAsync(context, Status(), HttpStatus);

    /// <summary>As what has begun to be answered is told it.</summary>
    public Problem ToProblem() => new(HttpStatus, Reason, Message) { RetryAfter = RetryAfter };

    private Google.Rpc.Status Status()
    {
        var status = RpcErrors.Describe(Code, Reason, Message);
        if (RetryAfter is { } wait)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = wait.ToDuration() }));
        return status;
    }
}
