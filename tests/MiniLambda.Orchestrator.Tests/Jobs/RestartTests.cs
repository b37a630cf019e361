using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class RestartTests
{
    [Fact]
    public async Task Queued_jobs_functions_and_history_survive_a_restart()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        var job = await cluster.SubmitAsync("echo");
        await cluster.RestartOrchestratorAsync();
        var kept = await cluster.GetAsync(job.Id);
        Assert.Equal("no worker is connected", kept.Explanation.Summary);
        kept.Explanation = null;
        Assert.Equal(job, kept);
        await cluster.AddWorkerAsync("late");
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(job.Id)).State);
    }

    [Fact]
    public async Task A_guest_that_runs_through_a_restart_is_kept_and_delivers_its_one_outcome()
    {
        await using var cluster = await TestCluster.StartAsync("one");
        await cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"4s\"");
        var id = (await cluster.SubmitAsync("loops")).Id;
        await cluster.WaitAsync(id, job => job.State == Job.Types.State.Running);
        await cluster.RestartOrchestratorAsync();
        await cluster.WaitForOutcomeAsync(id);
        var job = await cluster.GetAsync(id);
        Assert.Equal(Job.Types.State.TimedOut, job.State);
        Assert.Equal(1, Assert.Single(job.Attempts).Number);
    }

    [Fact]
    public async Task Who_follows_a_log_knows_before_its_first_piece_that_there_is_a_stream_to_come_back_to()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        var job = await cluster.SubmitAsync("echo");
        using var log = cluster.Connection.Jobs.Logs(new JobLogsRequest { Id = job.Id, Follow = true });
        Assert.Equal("open", (await log.ResponseHeadersAsync.WaitAsync(TimeSpan.FromMinutes(1))).GetValue("minilambda-stream"));
    }
}
