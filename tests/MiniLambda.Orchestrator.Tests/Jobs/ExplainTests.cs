using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Tests.Sessions;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class ExplainTests
{
    [Fact]
    public async Task A_job_that_nobody_could_take_says_what_each_worker_lacks()
    {
        await using var cluster = await StartAsync();
        await using var worker = await HandWorker.DialAsync(cluster, "nas", labels: ("gpu", "false"));
        var id = await SubmitAsync(cluster, new SubmitJobRequest { Function = "echo", Overrides = new JobOverrides { Labels = { ["gpu"] = "true" } } });
        var explanation = await ExplainAsync(cluster, id);
        Assert.Equal("no worker can take it: nas label gpu is false, not true", explanation.Summary);
        Assert.Equal("label gpu is false, not true", Assert.Single(explanation.Candidates).Refusal);
    }

    [Fact]
    public async Task A_job_in_the_queue_says_how_many_come_before_it()
    {
        await using var cluster = await StartAsync();
        await using var worker = await HandWorker.DialAsync(cluster, "nas");
        await cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        for (var i = 0; i < 5; i++)
            await cluster.SubmitAsync("echo");
        var last = (await cluster.SubmitAsync("echo")).Id;
        var explanation = await ExplainAsync(cluster, last);
        Assert.Equal(5, explanation.Position);
        Assert.StartsWith("5 jobs of its function come before it", explanation.Summary, StringComparison.Ordinal);
        Assert.Equal(["every worker that could take it is busy"], explanation.Details);
        Assert.Equal("is busy", Assert.Single(explanation.Candidates).Refusal);
    }

    [Fact]
    public async Task A_job_that_waits_out_its_back_off_says_so_and_how_the_last_attempt_ended()
    {
        await using var cluster = await TestCluster.StartAsync("one");
        await cluster.PushAsync("fails", "exits_with_3", "[retry]\nbackoff = \"10m\"\non = [\"exit\"]");
        var id = await SubmitAsync(cluster, new SubmitJobRequest { Function = "fails" });
        await cluster.WaitAsync(id, job => job is { State: Job.Types.State.Queued, Attempt: 1 });
        var explanation = await ExplainAsync(cluster, id);
        Assert.StartsWith("waits out its back-off: it may run in ", explanation.Summary, StringComparison.Ordinal);
        Assert.StartsWith("attempt 1 on 'one' ended: the function exited with", Assert.Single(explanation.Details), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_ran_says_where_and_beside_whom()
    {
        await using var cluster = await StartAsync();
        await using var small = await HandWorker.DialAsync(cluster, "small", slots: 1);
        await using var large = await HandWorker.DialAsync(cluster, "large", slots: 1, labels: ("room", "office"));
        await using var other = await HandWorker.DialAsync(cluster, "other", slots: 1, labels: ("room", "attic"));
        await cluster.PushAsync("picky", "echoes_stdin", "[placement.prefer]\nroom = \"office\"");
        var id = await SubmitAsync(cluster, new SubmitJobRequest { Function = "picky" });
        await large.NextLeaseAsync();
        await large.CompleteAsync(id, 1, "");
        await cluster.WaitForOutcomeAsync(id);
        var explanation = (await cluster.GetAsync(id)).Explanation;
        Assert.StartsWith("ran on 'large': the best of 3 that were free", explanation.Summary, StringComparison.Ordinal);
        Assert.Equal(("large", true), (explanation.Candidates[0].Worker, explanation.Candidates[0].Chosen));
        Assert.True(explanation.Candidates[0].Score > explanation.Candidates[1].Score);
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        return cluster;
    }

    private static async Task<string> SubmitAsync(TestCluster cluster, SubmitJobRequest request) => (await cluster.Connection.Jobs.SubmitAsync(request)).Job.Id;

    private static async Task<Explanation> ExplainAsync(TestCluster cluster, string id) =>
        await cluster.Connection.Jobs.ExplainAsync(new ExplainJobRequest { Id = id });
}
