using MiniLambda.Domain.Events;
using MiniLambda.Orchestrator.Events;

namespace MiniLambda.Orchestrator.Tests.Rest;

[Collection(Alone.Name)]
public sealed class EventCrowdTests
{
    [Fact]
    public async Task Of_five_hundred_who_watch_those_who_never_read_are_dropped_and_the_others_miss_nothing()
    {
        const int each = 250;
        const int most = 100;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var cluster = await TestCluster.StartAsync(static options => options.WatcherPatience = TimeSpan.FromSeconds(2));
        var (feed, log) = (cluster.Part<EventFeed>(), cluster.Part<IEventLog>());
        var begin = (await log.RangeAsync(default)).Last;
        var deaf = new List<ServerSentEvents>();
        for (var i = 0; i < each; i++)
            deaf.Add(await ServerSentEvents.OpenAsync(cluster, "/v1/events", window: 4096));
        await UntilAsync(() => feed.Open == each);
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var readers = Enumerable.Range(0, each).Select(_ => ReadAsync(cluster, begin, done.Task, patience.Token)).ToList();
        await UntilAsync(() => feed.Open == 2 * each);

        // Until more lies between the two than the systems of both take in.
        var sent = 0;
        for (var round = 0; round < most && feed.Open > each; round++)
        {
            await EventRouteTests.AppendAsync(cluster, 40, new string('x', 3000));
            sent += 40;
            await Task.Delay(50, patience.Token);
        }

        await UntilAsync(() => feed.Open <= each);
        done.SetResult(sent);
        var expected = (await log.ReadAsync(begin, sent + 1, default)).Select(e => e.Offset).ToList();
        Assert.Equal(sent, expected.Count);
        foreach (var seen in await Task.WhenAll(readers))
            Assert.Equal(expected, seen);
        deaf.ForEach(static one => one.Dispose());
        await UntilAsync(() => feed.Open == 0);

        async Task UntilAsync(Func<bool> reached)
        {
            while (!reached())
                await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Reads, and comes back when it is cut off, until it has seen so many as it is told at the end.</summary>
    private static async Task<List<long>> ReadAsync(TestCluster cluster, long begin, Task<int> count, CancellationToken cancellationToken)
    {
        var (seen, last) = (new List<long>(), begin);
        while (true)
        {
            using var stream = await ServerSentEvents.OpenAsync(cluster, "/v1/events", last);
            while (true)
            {
                var next = stream.NextAsync(cancellationToken);
                if (await Task.WhenAny(next, count) == count && seen.Count == await count)
                    return seen;
                if (await next is not { Name: "message" } e)
                    break;
                seen.Add(e.Id);
                if (count.IsCompleted && seen.Count == await count)
                    return seen;
            }

            last = seen.Count > 0 ? seen[^1] : stream.LastId;
        }
    }
}
