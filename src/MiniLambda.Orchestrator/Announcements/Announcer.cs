using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Trust.Discovery;

namespace MiniLambda.Orchestrator.Announcements;

/// <summary>Says on the local network where this orchestrator is, every few seconds, where its owner wants that.</summary>
internal sealed partial class Announcer(ClusterIdentity identity, OrchestratorOptions options, TimeProvider clock, ILogger<Announcer> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _saying = Task.CompletedTask;

    /// <param name="url">Where it listens, with the port that was really taken.</param>
    public void Start(Uri url)
    {
        if (options.Announce && identity.Pinned is not null)
            _saying = SayAsync(url);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _saying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task SayAsync(Uri url)
    {
        var name = Announcement.NameOf(Environment.MachineName.ToLowerInvariant());
        bool? wasSaid = null;
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            var isSaid = await LocalNetwork.SayAsync(
                new Announcement(name, url.Port, identity.Pinned!.Fingerprint), url.IsLoopback, options.AnnouncePort, _stop.Token);
            if (wasSaid != isSaid && isSaid)
                LogSaid(name, url);
            else if (wasSaid != isSaid)
                LogNotSaid();
            wasSaid = isSaid;
        }
        while (await timer.WaitForNextTickAsync(_stop.Token));
    }

    [LoggerMessage(1981, LogLevel.Information, "announced on the local network as {Name}, at {Url}")]
    private partial void LogSaid(string name, Uri url);

    [LoggerMessage(1982, LogLevel.Warning, "no network of this machine takes announcements; it is tried on")]
    private partial void LogNotSaid();
}
