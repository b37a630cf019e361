using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The one table of how refusals look on the wire: a gRPC status, a machine-readable reason and a line for people.</summary>
internal static class RpcErrors
{
    private const string Domain = "minilambda";

    public static RpcException Create(StatusCode code, string reason, string message) => Describe(code, reason, message).ToRpcException();

    /// <summary>A refusal as it goes into a header.</summary>
    /// <param name="more">What a program needs to go on.</param>
    public static Google.Rpc.Status Describe(StatusCode code, string reason, string message, params ReadOnlySpan<(string Key, long Value)> more)
    {
        var info = new ErrorInfo { Domain = Domain, Reason = reason };
        foreach (var (key, value) in more)
            info.Metadata[key] = value.ToString(CultureInfo.InvariantCulture);
        return new Google.Rpc.Status { Code = (int)code, Message = HeaderText.Fit(message), Details = { Any.Pack(info) } };
    }

    /// <summary>A refusal of the application as a status.</summary>
    public static RpcException Of(RefusedException refused)
    {
        var status = Describe(CodeOf(refused.Kind), refused.Reason, refused.Message, [.. refused.More]);
        if (refused.RetryAfter is { } after)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = after.ToDuration() }));
        return status.ToRpcException();
    }

    public static RpcException Invalid(string reason, string message) => Create(StatusCode.InvalidArgument, reason, message);

    public static RpcException StoreFailed(IOException error)
    {
        var (code, reason, message) = StoreFailure(error);
        return Create(code, reason, message);
    }

    /// <summary>What a failure of the store is called, for those who tell it otherwise than as the status of a call.</summary>
    public static (StatusCode Code, string Reason, string Message) StoreFailure(IOException error) => error switch
    {
        StoreOverloadedException => (StatusCode.Unavailable, "OVERLOADED", error.Message),
        StoreFullException => (StatusCode.ResourceExhausted, "DISK_FULL", $"the orchestrator cannot store this: {error.Message}"),
        StoreDamagedException => (StatusCode.DataLoss, "STORE_DAMAGED", $"the orchestrator cannot read or store this: {error.Message}"),
        _ => (StatusCode.Internal, "STORE_FAILED", $"the orchestrator cannot store this: {error.Message}"),
    };

    private static StatusCode CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => StatusCode.NotFound,
        RefusalKind.Taken => StatusCode.AlreadyExists,
        RefusalKind.WrongState => StatusCode.FailedPrecondition,
        RefusalKind.Exhausted => StatusCode.ResourceExhausted,
        RefusalKind.OutOfRange => StatusCode.OutOfRange,
        RefusalKind.Forbidden => StatusCode.PermissionDenied,
        _ => StatusCode.InvalidArgument,
    };
}
