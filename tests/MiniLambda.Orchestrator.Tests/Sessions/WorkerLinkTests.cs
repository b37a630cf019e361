using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Worker.Session;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>Leases, fencing and hand-back, told by a worker that speaks the protocol by hand and therefore may misbehave.</summary>
public sealed class WorkerLinkTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("echo", "echoes_stdin");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_silent_worker_loses_its_lease_and_its_late_report_is_refused()
    {
        await using var silent = await HandWorker.DialAsync(_cluster, "silent");
        var job = await _cluster.SubmitAsync("echo");
        var lease = await silent.NextLeaseAsync();
        Assert.Equal((job.Id, 1), (lease.JobId, lease.Attempt));

        // Nothing is heard of it for longer than the lease: the job goes to another worker.
        await _cluster.AddWorkerAsync("other");
        var done = await _cluster.WaitForOutcomeAsync(job.Id);
        Assert.Equal((Job.Types.State.Succeeded, "other", 2), (done.State, done.Worker, done.Attempt));

        await using var back = await HandWorker.DialAsync(_cluster, "silent", silent.Instance, [(job.Id, 1)]);
        Assert.Equal((job.Id, 1), (Assert.Single(back.Welcome.Lost).JobId, back.Welcome.Lost[0].Attempt));
        await back.CompleteAsync(job.Id, 1, "too late");
        Assert.False((await back.NextAckAsync()).Accepted);
        Assert.Equal(done.Revision, (await LatestAsync(job.Id)).Revision);
    }

    [Fact]
    public async Task A_report_delivered_twice_counts_once()
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        var lease = await worker.NextLeaseAsync();
        await worker.CompleteAsync(lease.JobId, lease.Attempt, "first");
        Assert.True((await worker.NextAckAsync()).Accepted);
        await worker.CompleteAsync(lease.JobId, lease.Attempt, "second");
        Assert.False((await worker.NextAckAsync()).Accepted);
        using var result = _cluster.Connection.Jobs.Result(new JobResultRequest { Id = job.Id });
        Assert.True(await result.ResponseStream.MoveNext(default));
        Assert.Equal("first", result.ResponseStream.Current.Data.ToStringUtf8());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task A_report_with_another_fencing_token_is_refused(int attempt)
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        await worker.CompleteAsync(job.Id, attempt, "forged");
        Assert.False((await worker.NextAckAsync()).Accepted);
        Assert.Null((await _cluster.GetAsync(job.Id)).FinishedAt);
        await worker.CompleteAsync(job.Id, 1, "true");
        Assert.True((await worker.NextAckAsync()).Accepted);
    }

    [Fact]
    public async Task A_lease_handed_back_runs_elsewhere_and_is_not_held_against_the_job()
    {
        await using var leaving = await HandWorker.DialAsync(_cluster, "leaving");
        var job = await _cluster.SubmitAsync("echo");
        var lease = await leaving.NextLeaseAsync();
        await leaving.SendAsync(new WorkerMessage { Draining = new WorkerDraining() });
        await leaving.SendAsync(new WorkerMessage { Returned = new AttemptReturned { JobId = lease.JobId, Attempt = lease.Attempt } });
        Assert.True((await leaving.NextAckAsync()).Accepted);
        await _cluster.AddWorkerAsync("staying");
        await _cluster.WaitForOutcomeAsync(job.Id);
        var done = await _cluster.GetAsync(job.Id);
        Assert.Equal((Job.Types.State.Succeeded, "staying"), (done.State, done.Worker));
        Assert.Equal(Attempt.Types.Outcome.Unspecified, done.Attempts[0].Outcome);
    }

    [Fact]
    public async Task A_worker_that_breaks_the_protocol_is_cut_off_and_the_rest_goes_on()
    {
        await using (var rude = await HandWorker.DialAsync(_cluster, "rude"))
        {
            await rude.CompleteAsync("no such id", 1, "");
            await rude.WaitForEndAsync();
        }

        await _cluster.AddWorkerAsync("polite");
        var job = await _cluster.SubmitAsync("echo");
        Assert.Equal("polite", (await _cluster.WaitForOutcomeAsync(job.Id)).Worker);
    }

    [Fact]
    public async Task Leases_of_a_restarted_worker_are_settled_also_when_its_stream_breaks_at_once()
    {
        const int count = 200;
        var crashing = await HandWorker.DialAsync(_cluster, "crashing", slots: count);
        var jobs = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => _cluster.SubmitAsync("echo")));
        for (var i = 0; i < count; i++)
            await crashing.NextLeaseAsync();
        await crashing.DisposeAsync();
        await (await HandWorker.DialAsync(_cluster, "crashing", slots: count)).DisposeAsync();
        await _cluster.AddWorkerAsync("healthy");
        foreach (var job in jobs)
            Assert.Equal("healthy", (await _cluster.WaitForOutcomeAsync(job.Id)).Worker);
    }

    [Fact]
    public async Task A_job_cancelled_while_its_worker_is_away_is_not_its_any_more_when_it_comes_back()
    {
        var away = await HandWorker.DialAsync(_cluster, "away");
        var job = await _cluster.SubmitAsync("echo");
        await away.NextLeaseAsync();
        await away.DisposeAsync();
        await _cluster.Connection.Jobs.CancelAsync(new CancelJobRequest { Id = job.Id });
        await using var back = await HandWorker.DialAsync(_cluster, "away", away.Instance, [(job.Id, 1)]);
        Assert.Equal(job.Id, Assert.Single(back.Welcome.Lost).JobId);
        var next = await _cluster.SubmitAsync("echo");
        Assert.Equal(next.Id, (await back.NextLeaseAsync()).JobId);
    }

    [Fact]
    public async Task A_lease_that_never_arrived_before_a_restart_is_not_held_against_the_job()
    {
        // Long enough for a busy machine: a hand-driven worker sends no heartbeats.
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromSeconds(30));
        await cluster.PushAsync("once", "echoes_stdin", "[retry]\nattempts = 1");
        var worker = await HandWorker.DialAsync(cluster, "w");
        var job = await cluster.SubmitAsync("once");
        await worker.NextLeaseAsync();
        await cluster.RestartOrchestratorAsync();
        await worker.DisposeAsync();
        await using var back = await HandWorker.DialAsync(cluster, "w", worker.Instance);
        var lease = await back.NextLeaseAsync();
        Assert.Equal((job.Id, 2), (lease.JobId, lease.Attempt));
    }

    [Fact]
    public async Task A_restarted_worker_delivers_the_outcome_that_its_last_process_left_on_disk()
    {
        var killed = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        await killed.NextLeaseAsync();
        await killed.DisposeAsync();
        await using var anew = await HandWorker.DialAsync(_cluster, "w", held: [(job.Id, 1)]);
        Assert.Empty(anew.Welcome.Lost);
        await anew.CompleteAsync(job.Id, 1, "from disk");
        Assert.True((await anew.NextAckAsync()).Accepted);
        var done = await _cluster.GetAsync(job.Id);
        Assert.Equal((Job.Types.State.Succeeded, 1), (done.State, Assert.Single(done.Attempts).Number));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("a b", 1)]
    [InlineData("a\n", 1)]
    [InlineData("w", 0)]
    [InlineData("w", 100_000)]
    public async Task A_worker_that_describes_itself_wrongly_is_refused(string name, int slots)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => HandWorker.DialAsync(_cluster, name, slots: slots));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }

    [Fact]
    public async Task A_worker_one_minor_version_behind_is_served()
    {
        await using var older = await HandWorker.DialAsync(_cluster, "older", protocol: new ProtocolVersion { Major = 1, Minor = 1 });
        Assert.Equal(new ProtocolVersion { Major = 1, Minor = 2 }, older.Welcome.Protocol);
        var job = await _cluster.SubmitAsync("echo");
        Assert.Equal(job.Id, (await older.NextLeaseAsync()).JobId);
    }

    [Theory]
    [InlineData(1, 3, "the worker speaks protocol 1.3, the orchestrator 1.2: update the orchestrator before the worker")]
    [InlineData(1, 0, "the worker speaks protocol 1.0, the orchestrator 1.2: update the worker")]
    [InlineData(0, 1, "the worker speaks protocol 0.1, the orchestrator 1.2: update the worker")]
    public async Task A_worker_of_another_version_is_refused_with_what_to_do(int major, int minor, string reason)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => HandWorker.DialAsync(_cluster, "w", protocol: new ProtocolVersion { Major = major, Minor = minor }));
        Assert.Equal((StatusCode.FailedPrecondition, reason), (refusal.StatusCode, refusal.Status.Detail));
    }

    [Fact]
    public async Task A_second_worker_of_the_same_name_is_refused()
    {
        await _cluster.AddWorkerAsync("twin");
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.AddWorkerAsync("twin", options => options.NameWait = TimeSpan.Zero));
        Assert.Contains("another worker named 'twin' is connected", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_with_a_wrong_token_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(() => _cluster.AddWorkerAsync("w", options => options.Token = "wrong"));
        Assert.Contains("token", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_are_listed_with_what_they_are_and_whether_they_are_there()
    {
        var worker = await _cluster.AddWorkerAsync("here", options => options.Labels["room"] = "office");
        await using (await HandWorker.DialAsync(_cluster, "there"))
        {
            var workers = (await _cluster.Connection.Cluster.ListWorkersAsync(new ListWorkersRequest())).Workers;
            Assert.Equal([("here", 2), ("there", 1)], workers.Select(w => (w.Name, w.Capabilities.Slots)));
            Assert.All(workers, w => Assert.Equal(WorkerInfo.Types.Status.Ready, w.Status));
            Assert.Equal("office", workers[0].Capabilities.Labels["room"]);
            Assert.NotEqual("", workers[0].Capabilities.EngineFingerprint);
        }

        await worker.DisposeAsync();
        WorkerInfo here;
        do
            here = (await _cluster.Connection.Cluster.ListWorkersAsync(new ListWorkersRequest())).Workers[0];
        while (here.Status != WorkerInfo.Types.Status.Away);
        Assert.Equal("here", here.Name);
    }

    // Without the history, as a watch tells it.
    private async Task<Job> LatestAsync(string id)
    {
        var job = await _cluster.GetAsync(id);
        job.Attempts.Clear();
        return job;
    }
}
