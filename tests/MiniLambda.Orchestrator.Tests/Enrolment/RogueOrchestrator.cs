using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Orchestrator.Tests.Enrolment;

/// <summary>Somebody else's server on loopback, with an authority of its own, that takes whatever it is told and keeps it.</summary>
internal sealed class RogueOrchestrator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CertificateAuthority _own;

    private RogueOrchestrator(WebApplication app, CertificateAuthority own) => (_app, _own) = (app, own);

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public PinnedAuthority Own => _own.Pinned;

    /// <summary>The requests that came, each with its headers and its body as text.</summary>
    public IReadOnlyCollection<string> Heard => _app.Services.GetRequiredService<Notebook>().Lines;

    /// <param name="claimed">The authority that it says it is of; null for its own.</param>
    public static async Task<RogueOrchestrator> StartAsync(PinnedAuthority? claimed = null)
    {
        var own = CertificateAuthority.Create(TimeProvider.System.GetUtcNow());
        var certificate = own.IssueServer(["127.0.0.1", "localhost"], TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            endpoint.UseHttps(certificate);
        }));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Notebook>().AddSingleton(claimed ?? own.Pinned);
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            var headers = string.Join('\n', context.Request.Headers.Select(h => $"{h.Key}: {h.Value}"));
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            body.Position = 0;
            context.Request.Body = body;
            context.RequestServices.GetRequiredService<Notebook>().Lines.Add($"{context.Request.Path}\n{headers}\n{Encoding.Latin1.GetString(body.ToArray())}");
            await next(context);
        });
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new RogueOrchestrator(app, own);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _own.Dispose();
    }

    private sealed class Notebook
    {
        public ConcurrentBag<string> Lines { get; } = [];
    }

    private sealed class Service(PinnedAuthority claimed) : EnrolmentService.EnrolmentServiceBase
    {
        public override Task<Authority> GetAuthority(GetAuthorityRequest request, ServerCallContext context) =>
            Task.FromResult(new Authority { Certificate = ByteString.CopyFrom(claimed.Certificate) });
    }
}
