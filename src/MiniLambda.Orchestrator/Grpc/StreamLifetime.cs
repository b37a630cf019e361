namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Ends calls that wait for something when the orchestrator stops; their callers are told to come back and resume.</summary>
internal sealed class StreamLifetime(IHostApplicationLifetime host)
{
    /// <summary>Ends with the call or with the orchestrator. Dispose it with the call.</summary>
    public CancellationTokenSource Link(CancellationToken call) => CancellationTokenSource.CreateLinkedTokenSource(call, host.ApplicationStopping);
}
