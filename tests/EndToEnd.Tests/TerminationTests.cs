using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd;

/// <summary>SIGTERM ends each daemon cleanly and in time, and no job is lost.</summary>
[Collection(Alone.Name)]
public sealed class TerminationTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_worker_hands_back_what_it_cannot_finish_and_exits_within_ten_seconds()
    {
        await using var cluster = await Cluster.StartAsync("one");
        await cluster.PushAsync("sleepy", "nap", "[limits]\ntimeout = \"1m\"\n");
        var job = await cluster.SubmitAsync("nap", "150", "100");
        await cluster.UntilAsync(job.Id, j => j.State == Job.Types.State.Running);
        var (exitCode, took) = await cluster.Workers["one"].TerminateAsync();
        Assert.Equal(0, exitCode);
        Assert.True(took < Limit, $"it took {took}");
        var after = await cluster.GetAsync(job.Id);
        Assert.Equal(Job.Types.State.Queued, after.State);
        Assert.Equal(Attempt.Types.Outcome.Unspecified, Assert.Single(after.Attempts).Outcome);
    }

    [Fact]
    public async Task A_worker_finishes_what_is_short()
    {
        await using var cluster = await Cluster.StartAsync("one");
        await cluster.PushAsync("sleepy", "nap");
        var job = await cluster.SubmitAsync("nap", "20", "100");
        await cluster.UntilAsync(job.Id, j => j.State == Job.Types.State.Running);
        var (exitCode, _) = await cluster.Workers["one"].TerminateAsync();
        Assert.Equal(0, exitCode);
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.GetAsync(job.Id)).State);
    }

    [Fact]
    public async Task The_orchestrator_exits_within_ten_seconds_while_workers_and_watchers_are_connected()
    {
        await using var cluster = await Cluster.StartAsync("one");
        await cluster.PushAsync("sleepy", "nap", "[limits]\ntimeout = \"1m\"\n");
        var job = await cluster.SubmitAsync("nap", "30", "100");
        using var logs = cluster.Connection.Jobs.Logs(new JobLogsRequest { Id = job.Id, Follow = true });
        Assert.True(await logs.ResponseStream.MoveNext(CancellationToken.None));
        var (exitCode, took) = await cluster.Orchestrator.TerminateAsync();
        Assert.Equal(0, exitCode);
        Assert.True(took < Limit, $"it took {took}");
        await cluster.StartOrchestratorAsync();
        await cluster.ReachAsync();
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.UntilAsync(job.Id, j => j.FinishedAt is not null)).State);
    }
}
