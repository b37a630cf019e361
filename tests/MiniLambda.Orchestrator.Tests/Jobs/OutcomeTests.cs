using Grpc.Core;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class OutcomeTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private JobService.JobServiceClient Jobs => _cluster.Connection.Jobs;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync("one");

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_failure_is_retried_as_the_manifest_says_and_then_dead_lettered()
    {
        await _cluster.PushAsync("fails", "exits_with_3", "[retry]\nattempts = 3\nbackoff = \"50ms\"\non = [\"exit\"]");
        var id = (await _cluster.SubmitAsync("fails")).Id;
        await _cluster.WaitForOutcomeAsync(id);
        var job = await _cluster.GetAsync(id);
        Assert.Equal((Job.Types.State.Failed, Attempt.Types.Outcome.Exit, 3, true), (job.State, job.Outcome, job.ExitCode, job.DeadLettered));
        Assert.Equal([1, 2, 3], job.Attempts.Select(attempt => attempt.Number));
        Assert.All(job.Attempts, attempt => Assert.Equal(Attempt.Types.Outcome.Exit, attempt.Outcome));
        // Back-off: 50 ms with jitter, then its double; never less than half of it.
        var pauses = job.Attempts.Zip(job.Attempts.Skip(1), (a, b) => b.LeasedAt.ToDateTime() - a.FinishedAt.ToDateTime()).ToList();
        Assert.True(pauses[0] >= TimeSpan.FromMilliseconds(25), $"{pauses[0]}");
        Assert.True(pauses[1] >= TimeSpan.FromMilliseconds(50), $"{pauses[1]}");
        var dead = await Jobs.ListAsync(new ListJobsRequest { DeadLettered = true });
        Assert.Equal(id, Assert.Single(dead.Jobs).Id);
    }

    [Fact]
    public async Task A_guest_past_its_timeout_is_stopped()
    {
        await _cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"100ms\"");
        var job = await _cluster.WaitForOutcomeAsync((await _cluster.SubmitAsync("loops")).Id);
        Assert.Equal((Job.Types.State.TimedOut, Attempt.Types.Outcome.Timeout), (job.State, job.Outcome));
        Assert.Contains("100ms", job.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_out_of_fuel_is_stopped()
    {
        await _cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\nfuel = 100000");
        var job = await _cluster.WaitForOutcomeAsync((await _cluster.SubmitAsync("loops")).Id);
        Assert.Equal((Job.Types.State.Failed, Attempt.Types.Outcome.FuelLimit), (job.State, job.Outcome));
    }

    [Fact]
    public async Task Output_past_its_limit_fails_the_job_and_what_came_is_kept()
    {
        await _cluster.PushAsync("echo", "echoes_stdin", "[limits]\noutput = \"1KiB\"");
        var request = new SubmitJobRequest { Function = "echo", Input = Google.Protobuf.ByteString.CopyFrom(new byte[5000]) };
        var answer = await Jobs.InvokeAsync(request);
        Assert.Equal(Attempt.Types.Outcome.OutputLimit, answer.Job.Outcome);
        Assert.Equal(1024, answer.Result.Length);
    }

    [Fact]
    public async Task A_running_job_is_cancelled_at_once_and_its_slot_is_free_again()
    {
        await _cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"1h\"");
        await _cluster.PushAsync("echo", "echoes_stdin");
        // More than the worker has slots, so that it can only go on if cancelling frees them.
        for (var i = 0; i < 4; i++)
        {
            var id = (await _cluster.SubmitAsync("loops")).Id;
            await FirstLineAsync(id);
            var cancelled = await Jobs.CancelAsync(new CancelJobRequest { Id = id });
            Assert.Equal((Job.Types.State.Cancelled, Attempt.Types.Outcome.Cancelled), (cancelled.State, cancelled.Outcome));
            await ApiAssert.RefusedAsync(
                StatusCode.FailedPrecondition, "JOB_FINISHED", async () => await Jobs.CancelAsync(new CancelJobRequest { Id = id }));
        }

        Assert.Equal(Job.Types.State.Succeeded, (await Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" })).Job.State);
    }

    [Fact]
    public async Task A_queued_job_is_cancelled_and_never_runs()
    {
        await using var empty = await TestCluster.StartAsync();
        await empty.PushAsync("echo", "echoes_stdin");
        var (cancelled, kept) = (await empty.SubmitAsync("echo"), await empty.SubmitAsync("echo"));
        await empty.Connection.Jobs.CancelAsync(new CancelJobRequest { Id = cancelled.Id });
        await empty.AddWorkerAsync("late");
        await empty.WaitForOutcomeAsync(kept.Id);
        var job = await empty.GetAsync(cancelled.Id);
        Assert.Equal((Job.Types.State.Cancelled, 0), (job.State, job.Attempts.Count));
    }

    [Fact]
    public async Task Logs_come_while_the_guest_runs_and_end_with_the_job()
    {
        await _cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"1h\"");
        var id = (await _cluster.SubmitAsync("loops")).Id;
        var log = "";
        await foreach (var piece in Jobs.LogsAsync(id, follow: true, default))
        {
            log += piece.Data.ToStringUtf8();
            if (log.EndsWith('\n'))
                await Jobs.CancelAsync(new CancelJobRequest { Id = id });
        }

        Assert.Equal("here\n", log);
        Assert.Equal(Job.Types.State.Cancelled, (await _cluster.GetAsync(id)).State);
    }

    [Fact]
    public async Task Two_watches_of_one_job_both_see_its_end()
    {
        await _cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"1h\"");
        var id = (await _cluster.SubmitAsync("loops")).Id;
        var (first, second) = (_cluster.WaitForOutcomeAsync(id), _cluster.WaitForOutcomeAsync(id));
        await FirstLineAsync(id);
        await Jobs.CancelAsync(new CancelJobRequest { Id = id });
        Assert.Equal((await first).Revision, (await second).Revision);
    }

    private async Task FirstLineAsync(string id)
    {
        await foreach (var _ in Jobs.LogsAsync(id, follow: true, default))
            break;
    }
}
