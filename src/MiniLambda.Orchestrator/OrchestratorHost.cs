using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MiniLambda.Orchestrator.Announcements;
using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Orchestrator.Health;
using MiniLambda.Orchestrator.Limits;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Orchestrator;

/// <summary>A running orchestrator: the control plane behind one URL. Disposing stops it cleanly.</summary>
public sealed partial class OrchestratorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OrchestratorHost(WebApplication app, Uri url, string token)
    {
        Authority = app.Services.GetRequiredService<ClusterIdentity>().Pinned;
        _app = app;
        Url = url;
        Token = token;
    }

    /// <summary>Where it listens, with the port that was really taken.</summary>
    public Uri Url { get; }

    /// <summary>What clients know it by; null when it serves plain text.</summary>
    public PinnedAuthority? Authority { get; }

    /// <summary>The token that every call must bear.</summary>
    public string Token { get; }

    /// <summary>What it is made of; for tests.</summary>
    internal IServiceProvider Parts => _app.Services;

    /// <summary>Opens the data folder and serves. Without a token in the options one is made for this run.</summary>
    /// <exception cref="IOException">The data folder or the port cannot be used; the message says why.</exception>
    public static Task<OrchestratorHost> StartAsync(
        OrchestratorOptions options, CancellationToken cancellationToken, Action<ILoggingBuilder>? logging = null) =>
        StartAsync(options, static _ => { }, logging, cancellationToken);

    /// <param name="replace">Puts other parts in the place of some; for tests that make them fail.</param>
    internal static async Task<OrchestratorHost> StartAsync(
        OrchestratorOptions options, Action<IServiceCollection> replace, Action<ILoggingBuilder>? logging, CancellationToken cancellationToken)
    {
        if (options.Token.Length == 0)
            options.Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var listen = options.Address;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        logging?.Invoke(builder.Logging);
        ProtocolSniffer.Quieten(builder.Logging);
        // What a handler throws is logged by the interceptor; what is left is a stack trace for each message that no handler could read.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        var addresses = await ListenAddresses.FindAsync(listen, name => Dns.GetHostAddressesAsync(name, cancellationToken));
        // No call blocks the thread that reads its socket, so none needs another thread to run on.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, addresses, options));
        builder.Services.AddOrchestrator(options);
        // Signals are the program's: it may have more to stop than this host, and in an order.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        replace(builder.Services);
        var app = builder.Build();
        app.MapOrchestrator();
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (SocketException e)
        {
            await app.DisposeAsync();
            throw new IOException($"cannot listen on {options.Listen}: {e.Message}", e);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var url = new UriBuilder(listen.Scheme, listen.Host, bound.Port).Uri;
        if (url.Scheme == Uri.UriSchemeHttp)
        {
            var logger = app.Services.GetRequiredService<ILogger<OrchestratorHost>>();
            if (addresses.All(a => IPAddress.IsLoopback(a.Address)))
                LogLocalPlaintext(logger, url);
            else
                LogPlaintext(logger, url);
        }

        app.Services.GetRequiredService<Announcer>().Start(url);
        return new OrchestratorHost(app, url, options.Token);
    }

    /// <summary>Whether it still answers; that the disk is full is an answer too, and no reason to start it anew.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken) =>
        await _app.Services.GetRequiredService<Readiness>().AskAsync(cancellationToken) is not ReadyState.StoreHangs;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Stops at once, whatever is under way.</summary>
    internal async Task AbortAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel, IEnumerable<IPEndPoint> addresses, OrchestratorOptions options)
    {
        HttpLimits.Apply(kestrel, options);
        var unproven = kestrel.ApplicationServices.GetRequiredService<UnprovenConnections>();
        var identity = kestrel.ApplicationServices.GetRequiredService<ClusterIdentity>();
        foreach (var address in addresses)
        {
            kestrel.Listen(address, endpoint =>
            {
                endpoint.Use(next => connection => unproven.AcceptAsync(connection, next));
                if (identity.Pinned is not null)
                    identity.Secure(endpoint);
                else
                    endpoint.UseBothProtocols(options.FirstWordPatience, TimeProvider.System);
            });
        }
    }

    [LoggerMessage(1001, LogLevel.Warning,
        "serving PLAIN TEXT beyond this machine at {Url}: whoever is on the network can read the token, the modules and the results")]
    private static partial void LogPlaintext(ILogger logger, Uri url);

    [LoggerMessage(1002, LogLevel.Warning,
        "serving plain text at {Url}: what runs on this machine may listen in; https:// in --listen encrypts")]
    private static partial void LogLocalPlaintext(ILogger logger, Uri url);

    /// <summary>A host that starts and stops when it is told to.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
