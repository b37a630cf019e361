using Google.Rpc;
using Grpc.Core;

namespace MiniLambda.Client;

/// <summary>The orchestrator refused a call, or could not be reached; the message is for people.</summary>
/// <param name="status">The gRPC status code.</param>
/// <param name="reason">Machine-readable, such as <c>FUNCTION_NOT_FOUND</c>; empty when the orchestrator gave none.</param>
public sealed class ApiException(StatusCode status, string reason, string message, Exception inner) : Exception(message, inner)
{
    public StatusCode Status { get; } = status;

    public string Reason { get; } = reason;

    /// <summary>Nobody answered: the call may be made again.</summary>
    public bool IsUnreachable => Status is StatusCode.Unavailable && Reason.Length == 0;

    internal static ApiException From(RpcException failure, Uri server)
    {
        var reason = failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "";
        var message = failure.StatusCode switch
        {
            StatusCode.Unavailable when reason.Length == 0 => $"cannot reach the orchestrator at {Text(server)}: {Cause(failure)}",
            StatusCode.DeadlineExceeded => $"the orchestrator at {Text(server)} did not answer in time",
            // The orchestrator always gives a reason: this is the connection's failure, or something else that answers there.
            _ when reason.Length == 0 => $"the call to the orchestrator at {Text(server)} failed: {Cause(failure)}",
            _ => failure.Status.Detail,
        };
        return new ApiException(failure.StatusCode, reason, message, failure);
    }

    private static string Text(Uri server) => server.ToString().TrimEnd('/');

    private static string Cause(RpcException failure)
    {
        Exception? cause = failure.Status.DebugException;
        while (cause?.InnerException is { } inner)
            cause = inner;
        return cause switch
        {
            System.Net.Sockets.SocketException socket => socket.SocketErrorCode switch
            {
                System.Net.Sockets.SocketError.ConnectionRefused => "connection refused",
                System.Net.Sockets.SocketError.HostNotFound => "no such host",
                System.Net.Sockets.SocketError.OperationAborted or System.Net.Sockets.SocketError.TimedOut => "no answer",
                _ => socket.Message,
            },
            OperationCanceledException or TimeoutException => "no answer",
            null => failure.Status.Detail,
            _ => cause.Message,
        };
    }
}
