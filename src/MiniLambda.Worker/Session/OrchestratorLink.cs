using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Worker.Session;

/// <summary>The connection to the orchestrator, with the token on every call.</summary>
internal sealed class OrchestratorLink : IDisposable
{
    private readonly GrpcChannel _channel;

    public OrchestratorLink(WorkerOptions options)
    {
        _channel = GrpcChannel.ForAddress(options.Server, new GrpcChannelOptions
        {
            // Reconnecting is the session loop's business: it knows what is worth how long a wait.
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(5),
                KeepAlivePingDelay = TimeSpan.FromSeconds(10),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
                EnableMultipleHttp2Connections = true,
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = 4 << 20,
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        });
        var authorization = $"Bearer {options.Token}";
        var invoker = _channel.Intercept(metadata =>
        {
            metadata.Add("authorization", authorization);
            return metadata;
        });
        Workers = new WorkerService.WorkerServiceClient(invoker);
        Blobs = new BlobService.BlobServiceClient(invoker);
    }

    public WorkerService.WorkerServiceClient Workers { get; }

    public BlobService.BlobServiceClient Blobs { get; }

    public void Dispose() => _channel.Dispose();
}
