using System.Net;
using System.Net.Sockets;
using System.Text;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests;

/// <summary>One plain-text port for both versions of HTTP.</summary>
public sealed class ProtocolSnifferTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] Request = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(
        static options => options.FirstWordPatience = TimeSpan.FromMilliseconds(300));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public void Dispose() => _patience.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Both_versions_are_answered_in_their_own(int major)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_cluster.Url, "/healthz"))
        {
            Version = new Version(major, major == 1 ? 1 : 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.SendAsync(request, _patience.Token);
        Assert.Equal((HttpStatusCode.OK, major), (answer.StatusCode, answer.Version.Major));
        // It is a plain connection, whatever was said to choose the version.
        Assert.NotEmpty((await _cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest())).Version);
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_answered()
    {
        using var client = await DialAsync();
        foreach (var part in Request)
            await client.GetStream().WriteAsync(new[] { part }, _patience.Token);
        Assert.StartsWith("HTTP/1.1 200 OK", await ReadAllAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preface_that_comes_byte_by_byte_is_taken_for_what_it_is()
    {
        using var client = await DialAsync();
        foreach (var part in "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray())
            await client.GetStream().WriteAsync(new[] { part }, _patience.Token);
        await client.GetStream().WriteAsync(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 }, _patience.Token);
        var frame = new byte[9];
        await client.GetStream().ReadExactlyAsync(frame, _patience.Token);
        // The server begins with its settings: a frame of type 4 on stream 0.
        Assert.Equal((4, 0), (frame[3], frame[8]));
    }

    [Theory]
    [InlineData("PRI * HTTP/3.0\r\n\r\n")]
    [InlineData("\0\u0001\u0002\u0003 what is this\r\n\r\n")]
    [InlineData("PRX / HTTP/1.1\r\n\r\n")]
    public async Task What_is_neither_is_refused_and_hung_up_on(string words)
    {
        using var client = await DialAsync();
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(words), _patience.Token);
        Assert.Matches("^HTTP/1.1 (400|505) ", await ReadAllAsync(client));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRI * HT")]
    public async Task Who_does_not_say_in_time_what_it_speaks_is_hung_up_on(string words)
    {
        using var client = await DialAsync();
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(words), _patience.Token);
        Assert.Equal("", await ReadAllAsync(client));
    }

    [Fact]
    public async Task Who_hangs_up_before_a_word_leaves_nothing_behind()
    {
        for (var i = 0; i < 50; i++)
            (await DialAsync()).Dispose();
        Assert.NotEmpty((await _cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest())).Version);
    }

    private async Task<TcpClient> DialAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(_cluster.Url.Host, _cluster.Url.Port, _patience.Token);
        return client;
    }

    private async Task<string> ReadAllAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        try
        {
            return await reader.ReadToEndAsync(_patience.Token);
        }
        catch (IOException)
        {
            // Hung up on without ceremony.
            return "";
        }
    }
}
