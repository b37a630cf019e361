using System.Net;
using System.Net.Sockets;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Limits;

namespace MiniLambda.Orchestrator.Tests.Limits;

[Trait("Category", "Attack")]
public sealed class UnprovenConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task One_that_shows_nothing_is_cut_and_one_that_did_stays()
    {
        await using var cluster = await TestCluster.StartAsync(static options => options.UnprovenPatience = TimeSpan.FromMilliseconds(100));
        using var silent = await DialAsync(cluster, IPAddress.Loopback);
        await cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest());
        await UntilCutAsync(silent);
        await cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest());
        Assert.Equal(0, cluster.Part<UnprovenConnections>().Count);
    }

    [Fact]
    public async Task A_header_that_comes_a_byte_at_a_time_is_cut_too()
    {
        await using var cluster = await TestCluster.StartAsync(static options => options.UnprovenPatience = TimeSpan.FromMilliseconds(300));
        using var slow = await DialAsync(cluster, IPAddress.Loopback);
        using var patience = new CancellationTokenSource(Patience);
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            for (var i = 0; ; i++)
            {
                await slow.SendAsync(new byte[] { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8[i % 10] }, patience.Token);
                await Task.Delay(50, patience.Token);
            }
        });
    }

    [Fact]
    public async Task A_flood_displaces_itself_and_not_a_neighbour()
    {
        await using var cluster = await TestCluster.StartAsync(
            static options => (options.MaxUnprovenConnections, options.UnprovenPatience, options.FirstWordPatience) = (8, TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
        using var neighbour = await DialAsync(cluster, IPAddress.Parse("127.0.0.2"));
        var flood = new List<Socket>();
        for (var i = 0; i < 20; i++)
            flood.Add(await DialAsync(cluster, IPAddress.Loopback));
        // Which of them it met first is the orchestrator's to say.
        var cut = 0;
        await foreach (var _ in Task.WhenEach(flood.Select(UntilCutAsync)))
        {
            if (++cut == 12)
                break;
        }

        Assert.True(neighbour.Connected && neighbour.Available == 0 && !neighbour.Poll(0, SelectMode.SelectRead), "the neighbour was cut");
        Assert.InRange(cluster.Part<UnprovenConnections>().Count, 1, 8);
        flood.ForEach(static socket => socket.Dispose());
    }

    private static async Task<Socket> DialAsync(TestCluster cluster, IPAddress from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, cluster.Url.Port));
        return socket;
    }

    private static async Task UntilCutAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[256];
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Reset is an end as well.
        }
    }
}
