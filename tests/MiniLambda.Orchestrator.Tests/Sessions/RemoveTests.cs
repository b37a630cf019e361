using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Worker.Session;

namespace MiniLambda.Orchestrator.Tests.Sessions;

public sealed class RemoveTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("echo", "echoes_stdin");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_removed_worker_is_forgotten_and_its_job_runs_elsewhere_at_once()
    {
        await using var removed = await HandWorker.DialAsync(_cluster, "removed");
        var job = await _cluster.SubmitAsync("echo");
        await removed.NextLeaseAsync();
        Assert.Equal(1, (await RemoveAsync("removed")).FencedJobs);
        await removed.WaitForEndAsync();
        await using var other = await HandWorker.DialAsync(_cluster, "other");
        Assert.Equal((job.Id, 2), ((await other.NextLeaseAsync()) is var lease ? (lease.JobId, lease.Attempt) : default));
        Assert.Equal(["other"], (await _cluster.Connection.Cluster.ListWorkersAsync(new ListWorkersRequest())).Workers.Select(w => w.Name));
        Assert.Equal("WORKER_NOT_FOUND", (await Assert.ThrowsAsync<ApiException>(() => _cluster.WorkerAsync("removed"))).Reason);
        Assert.Equal("WORKER_NOT_FOUND", (await Assert.ThrowsAsync<ApiException>(() => RemoveAsync("removed"))).Reason);
    }

    [Fact]
    public async Task The_process_of_a_removed_worker_is_refused_also_after_a_restart_and_a_new_one_is_taken_in()
    {
        var removed = await HandWorker.DialAsync(_cluster, "w");
        await RemoveAsync("w");
        await removed.DisposeAsync();
        await RefusedAsync(removed.Instance);
        await _cluster.RestartOrchestratorAsync();
        await RefusedAsync(removed.Instance);
        await using var anew = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        Assert.Equal(job.Id, (await anew.NextLeaseAsync()).JobId);
    }

    [Fact]
    public async Task A_real_worker_that_was_removed_ends_and_says_why()
    {
        var worker = await _cluster.AddWorkerAsync("w");
        var running = worker.RunAsync(CancellationToken.None);
        await RemoveAsync("w");
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(() => running.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal("the orchestrator refuses this worker: worker 'w' was removed; start it anew to bring it back", refusal.Message);
        await _cluster.AddWorkerAsync("w");
    }

    [Fact]
    public async Task A_removed_worker_stops_what_it_runs_and_keeps_nothing_of_it()
    {
        await _cluster.PushAsync("slow", "waits_a_second");
        var spool = "";
        var worker = await _cluster.AddWorkerAsync("w", options => spool = Path.Combine(options.Data, "spool"));
        var job = await _cluster.SubmitAsync("slow");
        await _cluster.WaitAsync(job.Id, j => j.State == Job.Types.State.Running);
        await RemoveAsync("w");
        await Assert.ThrowsAsync<WorkerRefusedException>(() => worker.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1)));
        await worker.DisposeAsync();
        Assert.Empty(Directory.GetFiles(spool));
    }

    [Fact]
    public async Task A_drained_worker_that_is_removed_and_started_anew_takes_jobs()
    {
        var drained = await HandWorker.DialAsync(_cluster, "w");
        await _cluster.Connection.Cluster.DrainWorkerAsync(new DrainWorkerRequest { Name = "w" });
        await RemoveAsync("w");
        await drained.DisposeAsync();
        await using var anew = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("echo");
        Assert.Equal(job.Id, (await anew.NextLeaseAsync()).JobId);
    }

    private async Task RefusedAsync(string instance)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => HandWorker.DialAsync(_cluster, "w", instance));
        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
    }

    private async Task<RemoveWorkerResponse> RemoveAsync(string name) =>
        await _cluster.Connection.Cluster.RemoveWorkerAsync(new RemoveWorkerRequest { Name = name });
}
