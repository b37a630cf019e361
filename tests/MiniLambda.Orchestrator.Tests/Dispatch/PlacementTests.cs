using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Tests.Sessions;

namespace MiniLambda.Orchestrator.Tests.Dispatch;

public sealed class PlacementTests
{
    // More than the dispatcher's window holds.
    private const int Flood = 1100;

    [Fact]
    public async Task A_flood_for_one_busy_worker_does_not_hold_up_what_others_could_run()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        await using var attic = await HandWorker.DialAsync(cluster, "attic", labels: ("room", "attic"));
        await FloodAsync(cluster);
        await attic.NextLeaseAsync();
        await cluster.AddWorkerAsync("ordinary");
        for (var i = 0; i < 5; i++)
            Assert.Equal("ordinary", (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" })).Job.Worker);
    }

    [Fact]
    public async Task Jobs_behind_a_flood_in_the_store_are_found_after_a_restart()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        await FloodAsync(cluster);
        var job = await cluster.SubmitAsync("echo");
        await cluster.RestartOrchestratorAsync();
        await using var attic = await HandWorker.DialAsync(cluster, "attic", labels: ("room", "attic"));
        await attic.NextLeaseAsync();
        await cluster.AddWorkerAsync("ordinary");
        Assert.Equal("ordinary", (await cluster.WaitForOutcomeAsync(job.Id)).Worker);
    }

    [Fact]
    public async Task A_flood_for_a_worker_that_left_waits_for_it_and_then_runs_to_its_end()
    {
        await using var cluster = await TestCluster.StartAsync("ordinary");
        await cluster.PushAsync("echo", "echoes_stdin");
        await using (await HandWorker.DialAsync(cluster, "attic", labels: ("room", "attic")))
            await FloodAsync(cluster);
        Assert.Equal("ordinary", (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" })).Job.Worker);
        await cluster.AddWorkerAsync("loft", options => options.Labels["room"] = "attic");
        long left;
        do
        {
            var info = await cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest());
            left = info.QueuedJobs + info.LeasedJobs + info.RunningJobs;
        }
        while (left > 0);
    }

    private static async Task FloodAsync(TestCluster cluster) => await Task.WhenAll(Enumerable.Range(0, Flood).Select(_ => cluster.Connection.Jobs.SubmitAsync(
        new SubmitJobRequest { Function = "echo", Overrides = new JobOverrides { Labels = { ["room"] = "attic" } } }).ResponseAsync));
}
