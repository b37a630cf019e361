using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using MiniLambda.Client.Traces;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Links;

namespace MiniLambda.Client;

/// <summary>A connection to one orchestrator. Calls throw <see cref="ApiException"/>; connecting gives up within 5 s.</summary>
public sealed class ClusterConnection : IDisposable
{
    private readonly GrpcChannel _channel;

    /// <param name="token">Goes with every call.</param>
    /// <param name="trust">Whom it takes for the orchestrator over https; null for whom the system trusts.</param>
    /// <param name="sign">
    /// Calls are signed with the token, which itself does not travel. A call that streams to the orchestrator cannot be signed: it fails.
    /// </param>
    /// <param name="tenant">The tenant to work in, for a token that is over all; empty = none is named.</param>
    public ClusterConnection(Uri server, string token, ServerTrust? trust = null, bool sign = false, string tenant = "")
    {
        Server = server;
        var sockets = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            EnableMultipleHttp2Connections = true,
            // The interceptor does that, with what it belongs to.
            ActivityHeadersPropagator = null,
        };
        var way = TrustedHandler.Create(
            server, sockets, trust ?? ServerTrust.System, certificate: null, (handler, stop) => ClusterAuthority.AskFirstAsync(server, handler, stop));
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions
        {
            HttpHandler = sign ? new SigningHandler(token, TimeProvider.System) { InnerHandler = way } : way,
            DisposeHttpClient = true,
            ServiceConfig = new ServiceConfig { MethodConfigs = { RetryReads() } },
        });
        var invoker = _channel.Intercept(new ApiErrorInterceptor(server, token, tenant, TimeProvider.System) { IsSigned = sign }, new TraceInterceptor());
        Functions = new FunctionService.FunctionServiceClient(invoker);
        Blobs = new BlobService.BlobServiceClient(invoker);
        Jobs = new JobService.JobServiceClient(invoker);
        Cluster = new ClusterService.ClusterServiceClient(invoker);
        Events = new EventService.EventServiceClient(invoker);
        Audit = new AuditService.AuditServiceClient(invoker);
        Secrets = new SecretService.SecretServiceClient(invoker);
        Access = new AccessService.AccessServiceClient(invoker);
    }

    public Uri Server { get; }

    public FunctionService.FunctionServiceClient Functions { get; }

    public BlobService.BlobServiceClient Blobs { get; }

    public JobService.JobServiceClient Jobs { get; }

    public ClusterService.ClusterServiceClient Cluster { get; }

    public EventService.EventServiceClient Events { get; }

    public AuditService.AuditServiceClient Audit { get; }

    public SecretService.SecretServiceClient Secrets { get; }

    public AccessService.AccessServiceClient Access { get; }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    // Only what changes nothing is tried again by itself: a second Submit would be a second job.
    private static MethodConfig RetryReads() => new()
    {
        Names =
        {
            Method("FunctionService", "Get"), Method("FunctionService", "List"), Method("BlobService", "Stat"), Method("JobService", "Get"),
            Method("JobService", "List"), Method("ClusterService", "Info"), Method("ClusterService", "ListWorkers"),
            Method("AccessService", "WhoAmI"), Method("AccessService", "ListTokens"),
        },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = 2,
            InitialBackoff = TimeSpan.FromMilliseconds(200),
            MaxBackoff = TimeSpan.FromMilliseconds(500),
            BackoffMultiplier = 2,
            // Internal is what a call gets that begins just when the orchestrator hangs up.
            RetryableStatusCodes = { StatusCode.Unavailable, StatusCode.Internal },
        },
    };

    private static MethodName Method(string service, string method) => new() { Service = $"minilambda.v1.{service}", Method = method };
}
