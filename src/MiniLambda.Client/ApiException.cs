using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Google.Rpc;
using Grpc.Core;
using MiniLambda.Trust.Links;

namespace MiniLambda.Client;

/// <summary>The orchestrator refused a call, or could not be reached; the message is for people.</summary>
/// <param name="status">The gRPC status code.</param>
/// <param name="reason">Machine-readable, such as <c>FUNCTION_NOT_FOUND</c>; empty when the orchestrator gave none.</param>
public sealed class ApiException(StatusCode status, string reason, string message, Exception inner) : Exception(message, inner)
{
    public StatusCode Status { get; } = status;

    public string Reason { get; } = reason;

    /// <summary>The call broke off after it may have arrived: what it asked for may have been done.</summary>
    public bool MayHaveBeenDone { get; } = reason.Length == 0
        && status is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled
        && !IsNeverSent(inner);

    /// <summary>The offset that a refused watch may be resumed after; null when the refusal names none.</summary>
    public long? Offset { get; } = (inner as RpcException)?.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Metadata.GetValueOrDefault("offset") is { } text
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;

    /// <summary>Nobody answers there.</summary>
    public bool IsUnreachable => Reason.Length == 0 && Status == StatusCode.Unavailable && !IsUntrusted;

    /// <summary>What answers there is not whom it was taken for; nothing was said to it.</summary>
    public bool IsUntrusted { get; } = inner is RpcException rpc && InnermostCause(rpc) is ServerRefusedException;

    /// <summary>It was there, and closed the connection just when the call began, as one that stops does.</summary>
    internal bool IsHungUp => Reason.Length == 0 && InnerException is RpcException rpc && InnermostCause(rpc) is HttpProtocolException { ErrorCode: 0 };

    internal static ApiException From(RpcException failure, Uri server)
    {
        var reason = failure.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "";
        var message = failure.StatusCode switch
        {
            _ when InnermostCause(failure) is ServerRefusedException refused => refused.Message,
            StatusCode.Unavailable when reason.Length == 0 => $"cannot reach the orchestrator at {Text(server)}: {Cause(failure, server)}",
            StatusCode.DeadlineExceeded => $"the orchestrator at {Text(server)} did not answer in time",
            // The orchestrator always gives a reason: this is the connection's failure, or something else that answers there.
            _ when reason.Length == 0 => $"the call to the orchestrator at {Text(server)} failed: {Cause(failure, server)}",
            _ => failure.Status.Detail,
        };
        return new ApiException(failure.StatusCode, reason, message, failure);
    }

    private const long Http2ProtocolError = 1; // RFC 9113, section 7

    private static string Text(Uri server) => server.ToString().TrimEnd('/');

    private static bool IsNeverSent(Exception failure) => failure is RpcException rpc && InnermostCause(rpc) is SocketException
    {
        SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound
            or SocketError.HostUnreachable or SocketError.NetworkUnreachable
            or SocketError.TryAgain,
    };

    private static Exception? InnermostCause(RpcException failure)
    {
        Exception? cause = failure.Status.DebugException;
        while (cause?.InnerException is { } inner)
            cause = inner;
        return cause;
    }

    private static string Cause(RpcException failure, Uri server)
    {
        var cause = InnermostCause(failure);
        return cause switch
        {
            AuthenticationException when cause.Message.Contains("certificate", StringComparison.Ordinal) => cause.Message,
            _ when failure.Status.DebugException is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                $"what answers there does not speak TLS; try http://{server.Authority}",
            HttpProtocolException { ErrorCode: Http2ProtocolError } => "what answers there does not speak HTTP/2: it is no orchestrator",
            HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } when server.Scheme == Uri.UriSchemeHttp =>
                $"it hung up; if it is TLS that is spoken there, try https://{server.Authority}",
            SocketException socket => socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "connection refused",
                SocketError.HostNotFound => "no such host",
                SocketError.OperationAborted or SocketError.TimedOut => "no answer",
                _ => socket.Message,
            },
            OperationCanceledException or TimeoutException => "no answer",
            null => failure.Status.Detail,
            _ => cause.Message,
        };
    }
}
