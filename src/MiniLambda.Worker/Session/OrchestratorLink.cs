using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Links;
using MiniLambda.Worker.Identity;

namespace MiniLambda.Worker.Session;

/// <summary>The connection to the orchestrator: made with the worker's certificate, or with the token on every call.</summary>
internal sealed class OrchestratorLink : IDisposable
{
    private static readonly string NoBlob = new('0', 64);

    private readonly Lock _gate = new();
    private readonly WorkerOptions _options;
    private Connection _current;
    private readonly List<Connection> _old = [];
    private Connection? _ofStream;

    public OrchestratorLink(WorkerOptions options)
    {
        _options = options;
        _current = Connection.Open(options);
    }

    /// <summary>For the session: its connection stands for as long as no other session is opened.</summary>
    public WorkerService.WorkerServiceClient Workers
    {
        get
        {
            lock (_gate)
            {
                _ofStream = _current;
                return _current.Workers;
            }
        }
    }

    public BlobService.BlobServiceClient Blobs => Volatile.Read(ref _current).Blobs;

    /// <summary>
    /// Calls from now on go over a connection of their own: nothing is heard on the one there is, though nobody closed it. What is under way there has
    /// until the next time to come to its end.
    /// </summary>
    public void Renew()
    {
        lock (_gate)
        {
            CloseOld_NeedsLock(static _ => true);
            Replace_NeedsLock();
        }
    }

    /// <summary>Calls from now on are made with the certificate that the worker has now; the stream and what is under way go on as they are.</summary>
    public void Rekey()
    {
        lock (_gate)
        {
            CloseOld_NeedsLock(connection => connection != _ofStream);
            Replace_NeedsLock();
        }
    }

    /// <summary>
    /// Makes a call with the certificate that the worker has now. Until then the orchestrator holds the key of the one before for the worker's, and knows of
    /// one more that may be; of three it would forget one, and the worker may have just that.
    /// </summary>
    public async Task ShowCertificateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Blobs.StatAsync(new StatBlobRequest { Digest = NoBlob }, cancellationToken: cancellationToken);
        }
        catch (RpcException)
        {
            // There is no such blob; or nobody heard, and the next stream shows it.
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            CloseOld_NeedsLock(static _ => true);
            _current.Dispose();
        }
    }

    private void Replace_NeedsLock()
    {
        _old.Add(_current);
        Volatile.Write(ref _current, Connection.Open(_options));
    }

    private void CloseOld_NeedsLock(Func<Connection, bool> which)
    {
        foreach (var connection in _old.Where(which).ToList())
        {
            _old.Remove(connection);
            connection.Dispose();
        }
    }

    private sealed record Connection(GrpcChannel Channel, WorkerService.WorkerServiceClient Workers, BlobService.BlobServiceClient Blobs) : IDisposable
    {
        public static Connection Open(WorkerOptions options)
        {
            var server = new Uri(options.Server);
            var channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions
            {
                // Reconnecting is the session loop's business: it knows what is worth how long a wait.
                HttpHandler = TrustedHandler.Create(
                    server,
                    new SocketsHttpHandler
                    {
                        ConnectTimeout = TimeSpan.FromSeconds(5),
                        KeepAlivePingDelay = TimeSpan.FromSeconds(10),
                        KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
                        EnableMultipleHttp2Connections = true,
                        // Jobs bear their traces themselves; the stream belongs to none.
                        ActivityHeadersPropagator = null,
                    },
                    options.Trust, options.Identity?.Certificate, (handler, token) => OrchestratorAuthority.AskAsync(server, handler, token)),
                DisposeHttpClient = true,
                MaxReceiveMessageSize = 4 << 20,
                InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
                MaxReconnectBackoff = TimeSpan.FromSeconds(1),
            });
            if (options.Identity is not null)
                return new Connection(channel, new WorkerService.WorkerServiceClient(channel), new BlobService.BlobServiceClient(channel));
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
