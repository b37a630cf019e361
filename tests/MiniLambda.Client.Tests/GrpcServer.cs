using System.Net;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Client.Tests;

/// <summary>A server on loopback whose answers a test writes.</summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcServer(WebApplication app, Uri url) => (_app, Url) = (app, url);

    public Uri Url { get; }

    public BlobShelf Blobs => _app.Services.GetRequiredService<BlobShelf>();

    public EventScript Events => _app.Services.GetRequiredService<EventScript>();

    public JobScript Jobs => _app.Services.GetRequiredService<JobScript>();

    /// <param name="protocols">HTTP/1 makes it a server that is no orchestrator.</param>
    public static async Task<GrpcServer> StartAsync(HttpProtocols protocols = HttpProtocols.Http2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = protocols));
        builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = 1 << 20);
        builder.Services.AddSingleton<BlobShelf>().AddSingleton<JobScript>().AddSingleton<EventScript>();
        var app = builder.Build();
        app.MapGrpcService<BlobShelf>();
        app.MapGrpcService<JobScript>();
        app.MapGrpcService<EventScript>();
        await app.StartAsync();
        return new GrpcServer(app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
    }

    public ClusterConnection Connect(string token = "") => new(Url, token);

    /// <summary>A refusal as orchestrators send it.</summary>
    /// <param name="offset">What its metadata name; null for none.</param>
    public static RpcException Refusal(StatusCode code, string reason, string message, long? offset = null)
    {
        var info = new ErrorInfo { Domain = "minilambda", Reason = reason };
        if (offset is not null)
            info.Metadata["offset"] = $"{offset}";
        return new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } }.ToRpcException();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
