using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class DeadLetterTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync("one");
        await _cluster.PushAsync("fails", "exits_with_3");
        await _cluster.PushAsync("echo", "echoes_stdin");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_failed_job_runs_once_more_with_a_new_attempt()
    {
        var id = await FailAsync();
        var queued = await _cluster.Connection.Jobs.RetryAsync(new RetryJobRequest { Id = id });
        Assert.False(queued.DeadLettered);
        await _cluster.WaitAsync(id, job => job is { Attempt: 2, FinishedAt: not null });
        Assert.Equal([1, 2], (await _cluster.GetAsync(id)).Attempts.Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task A_job_that_succeeded_or_still_runs_is_not_run_once_more()
    {
        var done = (await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" })).Job.Id;
        await ApiAssert.RefusedAsync(StatusCode.FailedPrecondition, "JOB_SUCCEEDED", async () => await _cluster.Connection.Jobs.RetryAsync(new RetryJobRequest { Id = done }));
        var waiting = await WaitingAsync();
        await ApiAssert.RefusedAsync(StatusCode.FailedPrecondition, "JOB_NOT_FINISHED", async () => await _cluster.Connection.Jobs.RetryAsync(new RetryJobRequest { Id = waiting }));
        await ApiAssert.RefusedAsync(StatusCode.FailedPrecondition, "JOB_NOT_FINISHED", async () => await _cluster.Connection.Jobs.RemoveAsync(new RemoveJobRequest { Id = waiting }));
    }

    [Fact]
    public async Task A_purged_job_is_gone()
    {
        var (kept, gone) = (await FailAsync(), await FailAsync());
        await _cluster.Connection.Jobs.RemoveAsync(new RemoveJobRequest { Id = gone });
        await ApiAssert.RefusedAsync(StatusCode.NotFound, "JOB_NOT_FOUND", async () => await _cluster.Connection.Jobs.GetAsync(new GetJobRequest { Id = gone }));
        Assert.Equal(kept, Assert.Single((await _cluster.Connection.Jobs.ListAsync(new ListJobsRequest { DeadLettered = true })).Jobs).Id);
    }

    [Fact]
    public async Task All_that_match_are_redriven_or_purged_and_nothing_else()
    {
        for (var i = 0; i < 5; i++)
            await FailAsync();
        var echo = (await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" })).Job.Id;
        Assert.Equal(0, (await _cluster.Connection.Jobs.RedriveMatchingAsync(new MatchingJobsRequest { Function = "echo" })).Count);
        Assert.Equal(5, (await _cluster.Connection.Jobs.PurgeMatchingAsync(new MatchingJobsRequest { Function = "fails" })).Count);
        Assert.Equal(echo, Assert.Single((await _cluster.Connection.Jobs.ListAsync(new ListJobsRequest())).Jobs).Id);
    }

    [Fact]
    public async Task Jobs_are_cancelled_by_what_they_have_in_common()
    {
        var waiting = new[] { await WaitingAsync(), await WaitingAsync() };
        var other = (await _cluster.Connection.Jobs.SubmitAsync(
            new SubmitJobRequest { Function = "fails", Overrides = new JobOverrides { Labels = { ["room"] = "attic" } } })).Job.Id;
        Assert.Equal(2, (await _cluster.Connection.Jobs.CancelMatchingAsync(new MatchingJobsRequest { Function = "echo" })).Count);
        foreach (var id in waiting)
            Assert.Equal(Job.Types.State.Cancelled, (await _cluster.GetAsync(id)).State);
        Assert.Equal(Job.Types.State.Queued, (await _cluster.GetAsync(other)).State);
    }

    [Fact]
    public async Task Nothing_in_common_is_not_everything() =>
        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", async () => await _cluster.Connection.Jobs.CancelMatchingAsync(new MatchingJobsRequest()));

    private async Task<string> FailAsync() => (await _cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "fails" })).Job.Id;

    private async Task<string> WaitingAsync() => (await _cluster.Connection.Jobs.SubmitAsync(
        new SubmitJobRequest { Function = "echo", Overrides = new JobOverrides { Labels = { ["room"] = "attic" } } })).Job.Id;
}
