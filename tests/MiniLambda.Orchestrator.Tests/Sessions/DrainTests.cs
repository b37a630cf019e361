using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using Status = MiniLambda.Contracts.V1.WorkerInfo.Types.Status;

namespace MiniLambda.Orchestrator.Tests.Sessions;

public sealed class DrainTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("echo", "echoes_stdin");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_drained_worker_finishes_what_it_holds_and_gets_nothing_new()
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w", slots: 2);
        var held = await _cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        var info = await DrainAsync("w");
        Assert.Equal((Status.Draining, 1), (info.Status, info.HeldJobs));
        var waiting = await _cluster.SubmitAsync("echo");
        await worker.CompleteAsync(held.Id, 1, "done");
        Assert.True((await worker.NextAckAsync()).Accepted);
        Assert.Equal(0, (await _cluster.UntilAsync("w", w => w.HeldJobs == 0)).BusySlots);
        Assert.Equal(Job.Types.State.Queued, (await _cluster.GetAsync(waiting.Id)).State);

        Assert.Equal(Status.Ready, (await _cluster.Connection.Cluster.ResumeWorkerAsync(new ResumeWorkerRequest { Name = "w" })).Status);
        Assert.Equal(waiting.Id, (await worker.NextLeaseAsync()).JobId);
    }

    [Fact]
    public async Task A_drain_outlives_the_stream_and_the_orchestrator()
    {
        var worker = await HandWorker.DialAsync(_cluster, "w");
        var since = (await DrainAsync("w", TimeSpan.FromHours(1))).DrainedAt;
        await worker.DisposeAsync();
        await using (await HandWorker.DialAsync(_cluster, "w", worker.Instance))
            Assert.Equal((Status.Draining, since), Drain(await _cluster.WorkerAsync("w")));

        await _cluster.RestartOrchestratorAsync();
        // Also before the worker is back: one can see it, and change one's mind.
        var info = await _cluster.WorkerAsync("w");
        Assert.Equal((Status.Away, since), Drain(info));
        Assert.NotNull(info.DrainDeadline);
        await using var back = await HandWorker.DialAsync(_cluster, "w", worker.Instance);
        Assert.Equal((Status.Draining, since), Drain(await _cluster.WorkerAsync("w")));
        var job = await _cluster.SubmitAsync("echo");
        await _cluster.Connection.Cluster.ResumeWorkerAsync(new ResumeWorkerRequest { Name = "w" });
        Assert.Equal(job.Id, (await back.NextLeaseAsync()).JobId);
    }

    [Fact]
    public async Task At_the_deadline_what_still_runs_goes_back_to_the_queue_and_is_not_held_against_the_job()
    {
        await _cluster.PushAsync("once", "echoes_stdin", "[retry]\nattempts = 1");
        await using var slow = await HandWorker.DialAsync(_cluster, "slow");
        var job = await _cluster.SubmitAsync("once");
        await slow.NextLeaseAsync();
        await DrainAsync("slow", TimeSpan.FromMilliseconds(50));
        var stopped = await slow.NextCancelAsync();
        Assert.Equal((job.Id, 1), (stopped.JobId, stopped.Attempt));
        await slow.CompleteAsync(job.Id, 1, "too late");
        Assert.False((await slow.NextAckAsync()).Accepted);

        await using var other = await HandWorker.DialAsync(_cluster, "other");
        Assert.Equal((job.Id, 2), Token(await other.NextLeaseAsync()));
        await other.CompleteAsync(job.Id, 2, "done");
        Assert.Equal((Job.Types.State.Succeeded, "other"), Outcome(await _cluster.WaitForOutcomeAsync(job.Id)));
    }

    [Fact]
    public async Task A_deadline_that_passed_while_the_orchestrator_was_down_is_kept_after_its_start()
    {
        var slow = await HandWorker.DialAsync(_cluster, "slow");
        var job = await _cluster.SubmitAsync("echo");
        await slow.NextLeaseAsync();
        await DrainAsync("slow", TimeSpan.FromMilliseconds(300));
        await _cluster.RestartOrchestratorAsync();
        await slow.DisposeAsync();
        await using var other = await HandWorker.DialAsync(_cluster, "other");
        Assert.Equal((job.Id, 2), Token(await other.NextLeaseAsync()));
    }

    [Fact]
    public async Task Resuming_before_the_deadline_keeps_what_runs()
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        await DrainAsync("w", TimeSpan.FromHours(1));
        await _cluster.Connection.Cluster.ResumeWorkerAsync(new ResumeWorkerRequest { Name = "w" });
        await worker.CompleteAsync(job.Id, 1, "done");
        Assert.True((await worker.NextAckAsync()).Accepted);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(31 * 24 * 3600)]
    public async Task A_deadline_that_makes_no_sense_is_refused(long seconds)
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var refusal = await Assert.ThrowsAsync<ApiException>(() => DrainAsync("w", TimeSpan.FromSeconds(seconds)));
        Assert.Equal((StatusCode.InvalidArgument, "DEADLINE_INVALID"), (refusal.Status, refusal.Reason));
        Assert.Equal(Status.Ready, await _cluster.StatusAsync("w"));
    }

    private static (Status, Timestamp) Drain(WorkerInfo info) => (info.Status, info.DrainedAt);

    private static (string, int) Token(Lease lease) => (lease.JobId, lease.Attempt);

    private static (Job.Types.State, string) Outcome(Job job) => (job.State, job.Worker);

    private async Task<WorkerInfo> DrainAsync(string name, TimeSpan? deadline = null) =>
        await _cluster.Connection.Cluster.DrainWorkerAsync(new DrainWorkerRequest { Name = name, Deadline = deadline?.ToDuration() });
}
