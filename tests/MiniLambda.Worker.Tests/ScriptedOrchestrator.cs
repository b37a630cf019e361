using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Tests;

/// <summary>An orchestrator on loopback that says what a test wants it to say.</summary>
internal sealed class ScriptedOrchestrator : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedOrchestrator(WebApplication app, string url) => (_app, Url) = (app, url);

    public string Url { get; }

    public SessionScript Sessions => _app.Services.GetRequiredService<SessionScript>();

    public BlobScript Blobs => _app.Services.GetRequiredService<BlobScript>();

    public static async Task<ScriptedOrchestrator> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<SessionScript>().AddSingleton<BlobScript>();
        var app = builder.Build();
        app.MapGrpcService<SessionScript>();
        app.MapGrpcService<BlobScript>();
        await app.StartAsync();
        return new ScriptedOrchestrator(app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public OrchestratorLink Link() => new(new WorkerOptions { Server = Url });

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
