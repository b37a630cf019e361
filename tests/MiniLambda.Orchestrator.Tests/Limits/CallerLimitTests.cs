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
}
