using System.Net;
using System.Net.Sockets;
using MiniLambda.Orchestrator.Tests.Enrolment;
using MiniLambda.Trust.Discovery;

namespace MiniLambda.Orchestrator.Tests.Announcements;

/// <summary>Orchestrators that are found by what they say on the loopback network.</summary>
[Trait("Category", "Attack")]
public sealed class DiscoveryTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly int _port = FreePort();

    [Fact]
    public async Task An_orchestrator_that_announces_itself_is_found_and_joined()
    {
        await using var cluster = await StartAsync();
        if (await HearAsync(o => o.Fingerprint == cluster.Authority!.Fingerprint) is not { Count: > 0 } heard)
            return;
        var found = Assert.Single(heard, o => o.Fingerprint == cluster.Authority!.Fingerprint);
        Assert.Equal(cluster.Url, found.Server);
        Assert.Equal("attic", (await cluster.JoinAsync("attic", null, found.Server.ToString())).Name);
    }

    [Fact]
    public async Task Who_announces_anothers_fingerprint_learns_no_secret()
    {
        await using var cluster = await TestCluster.StartAsync(TestCluster.Secure);
        await using var rogue = await RogueOrchestrator.StartAsync(cluster.Authority);
        var token = await cluster.JoinTokenAsync();
        var lie = new Announcement("attic", rogue.Url.Port, token.Authority);
        var hearing = HearAsync(o => o.Server == rogue.Url);
        while (!hearing.IsCompleted)
        {
            await LocalNetwork.SayAsync(lie, isOnlyLocal: true, _port, default);
            await Task.WhenAny(hearing, Task.Delay(50));
        }

        if (await hearing is not { Count: > 0 } heard)
            return;
        var found = Assert.Single(heard);
        await Assert.ThrowsAsync<IOException>(() => cluster.JoinAsync("attic", token, found.Server.ToString()));
        Assert.All(rogue.Heard, said => Assert.StartsWith("/minilambda.v1.EnrolmentService/GetAuthority\n", said, StringComparison.Ordinal));
        Assert.All(rogue.Heard, said => Assert.DoesNotContain(token.Id, said, StringComparison.Ordinal));
        Assert.Equal("attic", (await cluster.JoinAsync("attic", token)).Name);
    }

    [Fact]
    public async Task Noise_and_floods_do_not_hide_who_is_there_for_ever_or_fill_the_list()
    {
        await using var cluster = await StartAsync();
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var over = new CancellationTokenSource();
        // What is sent is sent at once: the loop would never give its thread back.
        var flood = Task.Run(() => FloodAsync(sender, over.Token));
        var heard = await HearAsync(_ => false);
        await over.CancelAsync();
        await flood;
        if (heard is not null)
            Assert.InRange(heard.Count, 1, LocalNetwork.MaxHeard);
    }

    private async Task FloodAsync(Socket sender, CancellationToken over)
    {
        var target = new IPEndPoint(IPAddress.Loopback, _port);
        for (var i = 0; i < 20_000 && !over.IsCancellationRequested; i++)
        {
            await sender.SendToAsync("nothing"u8.ToArray(), SocketFlags.None, target, CancellationToken.None);
            await sender.SendToAsync(new byte[4000], SocketFlags.None, target, CancellationToken.None);
            await sender.SendToAsync(new Announcement($"n{i}", 1 + (i % 60_000), Trust.Authorities.Fingerprint.Of([1])).Write(), SocketFlags.None, target, CancellationToken.None);
        }
    }

    private Task<TestCluster> StartAsync() => TestCluster.StartAsync(options =>
    {
        TestCluster.Secure(options);
        (options.Announce, options.AnnouncePort) = (true, _port);
    });

    /// <summary>Null, which is told, where the system passes no multicast on its loopback network.</summary>
    private async Task<IReadOnlyList<HeardOrchestrator>?> HearAsync(Func<HeardOrchestrator, bool> isEnough)
    {
        try
        {
            var heard = await LocalNetwork.HearAsync(Long, _port, TimeProvider.System, isEnough, default);
            if (heard.Count > 0)
                return heard;
            output.WriteLine("not tested: nothing was heard on the loopback network, which passes no multicast here");
        }
        catch (IOException e)
        {
            output.WriteLine($"not tested: {e.Message}");
        }

        return null;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
