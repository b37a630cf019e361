using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Worker.Session;

/// <summary>The connection to the orchestrator, with the token on every call.</summary>
internal sealed class OrchestratorLink : IDisposable
{
    private readonly Lock _gate = new();
    private readonly WorkerOptions _options;
    private Connection _current;
    private Connection? _previous;

    public OrchestratorLink(WorkerOptions options)
    {
        _options = options;
        _current = Connection.Open(options);
    }

    public WorkerService.WorkerServiceClient Workers => Volatile.Read(ref _current).Workers;

    public BlobService.BlobServiceClient Blobs => Volatile.Read(ref _current).Blobs;

    /// <summary>
    /// Calls from now on go over a connection of their own: nothing is heard on the one there is, though nobody closed it. What is under way there has
    /// until the next time to come to its end.
    /// </summary>
    public void Renew()
    {
        lock (_gate)
        {
            _previous?.Dispose();
            _previous = _current;
            Volatile.Write(ref _current, Connection.Open(_options));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _previous?.Dispose();
            _current.Dispose();
        }
    }

    private sealed record Connection(GrpcChannel Channel, WorkerService.WorkerServiceClient Workers, BlobService.BlobServiceClient Blobs) : IDisposable
    {
        public static Connection Open(WorkerOptions options)
        {
            var channel = GrpcChannel.ForAddress(options.Server, new GrpcChannelOptions
            {
                // Reconnecting is the session loop's business: it knows what is worth how long a wait.
                HttpHandler = new SocketsHttpHandler
                {
                    ConnectTimeout = TimeSpan.FromSeconds(5),
                    KeepAlivePingDelay = TimeSpan.FromSeconds(10),
                    KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
                    EnableMultipleHttp2Connections = true,
                    // Jobs bear their traces themselves; the stream belongs to none.
                    ActivityHeadersPropagator = null,
                },
                DisposeHttpClient = true,
                MaxReceiveMessageSize = 4 << 20,
                InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
                MaxReconnectBackoff = TimeSpan.FromSeconds(1),
            });
            var authorization = $"Bearer {options.Token}";
            var invoker = channel.Intercept(metadata =>
            {
                metadata.Add("authorization", authorization);
                return metadata;
            });
            return new Connection(channel, new WorkerService.WorkerServiceClient(invoker), new BlobService.BlobServiceClient(invoker));
        }

        public void Dispose() => Channel.Dispose();
    }
}
