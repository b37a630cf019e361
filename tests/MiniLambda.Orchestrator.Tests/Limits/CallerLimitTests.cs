using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Limits;

[Trait("Category", "Attack")]
public sealed class CallerLimitTests
{
    [Fact]
    public async Task More_open_calls_than_a_caller_may_have_are_refused_until_some_end()
    {
        const int most = 5;
        await using var cluster = await TestCluster.StartAsync(static options => options.MaxCallsPerCaller = most);
        using var leaving = new CancellationTokenSource();
        var open = new List<AsyncServerStreamingCall<WatchEventsResponse>>();
        for (var i = 0; i < most; i++)
        {
            open.Add(cluster.Connection.Events.Watch(new WatchEventsRequest { OnlyNew = true, Follow = true }, cancellationToken: leaving.Token));
            await open[^1].ResponseHeadersAsync;
        }

        await ApiAssert.RefusedAsync(
            StatusCode.ResourceExhausted, "TOO_MANY_CALLS", async () => await cluster.Connection.Jobs.GetAsync(new GetJobRequest { Id = "x" }));

        await leaving.CancelAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await IsServedAsync())
            await Task.Delay(20, patience.Token);
        open.ForEach(static call => call.Dispose());

        async Task<bool> IsServedAsync()
        {
            try
            {
                await cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: patience.Token);
                return true;
            }
            catch (ApiException e) when (e.Reason == "TOO_MANY_CALLS")
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Who_holds_open_what_needs_no_credential_keeps_nobody_elsewhere_from_it()
    {
        const int most = 5;
        await using var cluster = await TestCluster.StartAsync(static options => options.MaxCallsPerCaller = most);
        using var flooder = From("127.0.0.1");
        using var neighbour = From("127.0.0.2");
        using var leaving = new CancellationTokenSource();
        var held = Enumerable.Range(0, most).Select(_ => flooder.SendAsync(Unfinished(cluster), leaving.Token)).ToList();
        var probe = new Uri(cluster.Url, "/healthz");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await StatusAsync(flooder) != HttpStatusCode.TooManyRequests)
            await Task.Delay(20, patience.Token);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(neighbour));

        await leaving.CancelAsync();
        foreach (var call in held)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        async Task<HttpStatusCode> StatusAsync(HttpClient client)
        {
            using var response = await client.GetAsync(probe, patience.Token);
            return response.StatusCode;
        }
    }

    private static HttpClient From(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, stop) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private static HttpRequestMessage Unfinished(TestCluster cluster) => new(HttpMethod.Post, new Uri(cluster.Url, "/minilambda.v1.EnrolmentService/Join"))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new UnfinishedContent { Headers = { ContentType = new("application/grpc") } },
    };
}
