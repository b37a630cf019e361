using Grpc.Core;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>
/// Ends calls that wait for something: when the orchestrator stops, whose callers are told to come back and resume; and when the caller's token is revoked
/// or expires, which it is told.
/// </summary>
internal sealed class StreamLifetime(IHostApplicationLifetime host)
{
    /// <summary>Ends with the call, with its caller's token or with the orchestrator. Dispose it with the call.</summary>
    public CancellationTokenSource Link(ServerCallContext call) =>
        CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken, host.ApplicationStopping, Caller.Of(call).Ended);

    /// <summary>Why a call was ended by its caller's token; null when it was not.</summary>
    public static RpcException? EndedByToken(ServerCallContext call) =>
        Caller.Of(call) is { Ended.IsCancellationRequested: true } caller ? caller.WhyEnded().ToException() : null;
}
