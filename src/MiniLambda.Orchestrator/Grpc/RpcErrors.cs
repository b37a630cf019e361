using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;

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

    public static RpcException FunctionNotFound(FunctionReference reference) =>
        Create(StatusCode.NotFound, "FUNCTION_NOT_FOUND", $"there is no function '{reference}'");

    public static RpcException FunctionNotFound(string text) => FunctionName.TryParse(text, out _)
        ? Create(StatusCode.NotFound, "FUNCTION_NOT_FOUND", $"there is no function '{text}'")
        : Create(StatusCode.InvalidArgument, "FUNCTION_NOT_FOUND", $"'{text}' is not a function name ({FunctionName.Rule})");

    public static RpcException JobNotFound(string id) => Create(StatusCode.NotFound, "JOB_NOT_FOUND", $"there is no job '{id}'");

    public static RpcException JobNotFinished(JobId id, JobState state) =>
        Create(StatusCode.FailedPrecondition, "JOB_NOT_FINISHED", $"job {id} is {Words(state)}: it has no result yet");

    public static RpcException JobFinished(JobId id, JobState state) =>
        Create(StatusCode.FailedPrecondition, "JOB_FINISHED", $"job {id} has {Words(state)} already");

    /// <summary>Past a tenant's limit; says when to try again.</summary>
    public static RpcException QuotaExceeded(string message, TimeSpan retryAfter)
    {
        var status = Describe(StatusCode.ResourceExhausted, "QUOTA_EXCEEDED", message);
        status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = retryAfter.ToDuration() }));
        return status.ToRpcException();
    }

    /// <summary>A watcher is dropped.</summary>
    /// <param name="offset">What it resumes after: that of the last answer that was written for it.</param>
    public static RpcException WatcherTooSlow(TimeSpan patience, long offset) => Describe(
        StatusCode.ResourceExhausted, "WATCHER_TOO_SLOW", $"the watcher took nothing for {DurationText.Format(patience)}; it may go on after offset {offset}",
        ("offset", offset)).ToRpcException();

    /// <summary>A watcher's place in the log is gone.</summary>
    /// <param name="offset">What to go on after to see all that is left.</param>
    /// <param name="first">The oldest event that is left; 0 when none is.</param>
    public static RpcException EventsTrimmed(string message, long offset, long first) => Describe(
        StatusCode.OutOfRange, "EVENTS_TRIMMED", message, ("offset", offset), ("first_offset", first)).ToRpcException();

    public static RpcException BlobNotFound(string digest) =>
        Create(StatusCode.NotFound, "BLOB_NOT_FOUND", $"there is no blob '{digest}'");

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

    private static string Words(JobState state) => state switch
    {
        JobState.TimedOut => "timed out",
        JobState.Cancelled => "been cancelled",
        _ => state.ToString().ToLowerInvariant(),
    };
}
