using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Events;
using MiniLambda.Orchestrator.Events;

namespace MiniLambda.Orchestrator.Tests.Events;

/// <summary>Those who do not read, and those who are many.</summary>
[Collection(Alone.Name)]
public sealed class WatcherLoadTests
{
    [Fact]
    public async Task One_who_takes_nothing_is_dropped_and_goes_on_later_where_it_was()
    {
        await using var cluster = await TestCluster.StartAsync(static options => options.WatcherPatience = TimeSpan.FromMilliseconds(200));
        using var slow = await EventReader.OpenAsync(cluster, new WatchEventsRequest { OnlyNew = true, Follow = true });
        // More than all that lies between the two takes in.
        const int count = 2000;
        await AppendAsync(cluster, count, new string('x', 1000));
        await UntilOpenAsync(cluster, 0);

        var (seen, status, info) = await slow.ReadToRefusalAsync();

        Assert.Equal((StatusCode.ResourceExhausted, "WATCHER_TOO_SLOW", $"{slow.Offset}"), (status, info!.Reason, info.Metadata["offset"]));
        Assert.InRange(seen.Count, 1, count - 1);
        var log = cluster.Part<IEventLog>();
        var rest = await log.ReadAsync(slow.Offset, count, default);
        Assert.Equal((await log.ReadAsync(0, count, default)).Select(e => e.Offset), seen.Select(e => e.Offset).Concat(rest.Select(e => e.Offset)));
    }

    [Fact]
    public async Task Ten_thousand_who_come_and_vanish_leave_nothing_behind()
    {
        const int watchers = 10_000;
        const int rounds = 6;
        await using var cluster = await TestCluster.StartAsync();
        await ComeAndVanishAsync(cluster, watchers);
        // Buffers are kept for whoever comes next, sooner or later as many as are ever in use at once; what each watcher left would be left in every round.
        var left = new List<long>();
        while (left.Count < rounds && !left.Any(static bytes => bytes < watchers * 256))
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await ComeAndVanishAsync(cluster, watchers);
            left.Add(GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.True(left.Count < rounds, $"of {watchers} watchers are left: {string.Join(", ", left)} bytes");
        // And one more is served as if they had never been.
        using var last = await EventReader.OpenAsync(cluster, new WatchEventsRequest { OnlyNew = true, Follow = true });
        await AppendAsync(cluster, 1, "");
        Assert.Single(await last.ReadAsync(1));
    }

    /// <summary>All watch, all see one event, and all are gone without a word.</summary>
    private static async Task ComeAndVanishAsync(TestCluster cluster, int watchers)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using (var channel = GrpcChannel.ForAddress(cluster.Url, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
            DisposeHttpClient = true,
        }))
        {
            var client = new EventService.EventServiceClient(channel);
            var headers = new Metadata { { "authorization", $"Bearer {cluster.Token}" } };
            var calls = new List<AsyncServerStreamingCall<WatchEventsResponse>>();
            foreach (var some in Enumerable.Range(0, watchers).Chunk(200))
            {
                var opening = some.Select(_ => client.Watch(new WatchEventsRequest { OnlyNew = true, Follow = true }, headers, cancellationToken: patience.Token)).ToList();
                await Task.WhenAll(opening.Select(call => call.ResponseHeadersAsync));
                calls.AddRange(opening);
            }

            Assert.Equal(watchers, cluster.Part<EventFeed>().Open);
            await AppendAsync(cluster, 1, "seen by all");
            await Task.WhenAll(calls.Select(async call =>
            {
                Assert.True(await call.ResponseStream.MoveNext(patience.Token));
                Assert.Empty(call.ResponseStream.Current.Events);
                Assert.True(await call.ResponseStream.MoveNext(patience.Token));
                Assert.Equal("seen by all", Assert.Single(call.ResponseStream.Current.Events).Detail);
            }));
        }

        await UntilOpenAsync(cluster, 0);
    }

    private static Task AppendAsync(TestCluster cluster, int count, string detail) => Task.WhenAll(Enumerable.Range(0, count).Select(
        _ => cluster.Part<IEventLog>().AppendAsync(EventKind.WorkerSuspect, "w", detail, DateTimeOffset.UtcNow, default)));

    private static async Task UntilOpenAsync(TestCluster cluster, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (cluster.Part<EventFeed>().Open != count)
            await Task.Delay(20, patience.Token);
    }
}
