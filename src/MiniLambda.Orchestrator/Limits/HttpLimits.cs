using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MiniLambda.Orchestrator.Limits;

/// <summary>What one connection may ask of the HTTP layer before any service sees it.</summary>
internal static class HttpLimits
{
    private const int MaxHeaderBytes = 16 << 10;
    private const int MaxStreamsPerConnection = 100;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(2);

    public static void Apply(KestrelServerOptions kestrel, OrchestratorOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.KeepAliveTimeout = IdleTimeout;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeaderBytes;
        limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        // Else whoever follows a job and vanishes without a word would be kept for as long as the job runs.
        (limits.Http2.KeepAlivePingDelay, limits.Http2.KeepAlivePingTimeout) = (options.PingDelay, 2 * options.PingDelay);
    }
}
