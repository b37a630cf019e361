using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Tests.Sessions;

public sealed class ReconnectTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.005)]
    [InlineData(200, 1)]
    [InlineData(1000, 5)]
    [InlineData(100_000, 5)]
    public void The_window_grows_with_the_workers_up_to_a_third_of_the_lease(int workers, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ReconnectWindow.Compute(workers, TimeSpan.FromSeconds(15)));

    [Fact]
    public async Task Workers_that_dial_all_at_once_are_all_taken_in_and_learn_how_to_spread()
    {
        const int count = 60;
        await using var cluster = await TestCluster.StartAsync();
        var workers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => HandWorker.DialAsync(cluster, $"w{i}")));
        await workers[0].SendAsync(new WorkerMessage { Heartbeat = new Heartbeat() });
        var window = (await workers[0].NextHeartbeatAckAsync()).ReconnectWindow.ToTimeSpan();
        Assert.Equal(ReconnectWindow.Compute(count, TimeSpan.FromSeconds(2)), window);
        Assert.Equal(count, (await cluster.Connection.Cluster.ListWorkersAsync(new ListWorkersRequest())).Workers.Count);
        foreach (var worker in workers)
            await worker.DisposeAsync();
    }
}
