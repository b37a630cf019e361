using MiniLambda.Contracts.V1;
using Status = MiniLambda.Contracts.V1.WorkerInfo.Types.Status;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>A worker that speaks by hand and says nothing misses every heartbeat.</summary>
public sealed class SilentWorkerTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("echo", "echoes_stdin");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_worker_that_misses_heartbeats_is_suspect_then_lost()
    {
        await using var silent = await HandWorker.DialAsync(_cluster, "silent");
        Assert.Equal(Status.Ready, await _cluster.StatusAsync("silent"));
        await _cluster.UntilAsync("silent", worker => worker.Status == Status.Suspect);
        // Its stream is cut after the lease, and it does not come back.
        await silent.WaitForEndAsync();
        await _cluster.UntilAsync("silent", worker => worker.Status == Status.Lost);
    }

    [Fact]
    public async Task A_suspect_worker_gets_no_job_until_it_is_heard_again()
    {
        await using var silent = await HandWorker.DialAsync(_cluster, "silent");
        await _cluster.UntilAsync("silent", worker => worker.Status == Status.Suspect);
        var job = await _cluster.SubmitAsync("echo");
        Assert.Equal(Job.Types.State.Queued, (await _cluster.GetAsync(job.Id)).State);
        await silent.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat() });
        Assert.Equal(job.Id, (await silent.NextLeaseAsync()).JobId);
    }

    [Fact]
    public async Task A_worker_that_said_goodbye_is_away_and_not_lost()
    {
        await using (var leaving = await HandWorker.DialAsync(_cluster, "leaving"))
        {
            await leaving.SendAsync(new WorkerMessage { Draining = new WorkerDraining() });
            await leaving.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat() });
            await leaving.NextHeartbeatAckAsync();
        }

        // Another that breaks off at the same moment shows that the lease is over.
        await (await HandWorker.DialAsync(_cluster, "breaking")).DisposeAsync();
        await _cluster.UntilAsync("breaking", worker => worker.Status == Status.Lost);
        Assert.Equal(Status.Away, await _cluster.StatusAsync("leaving"));
    }

    [Fact]
    public async Task What_a_worker_tells_of_its_load_is_listed()
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "laptop");
        var load = new WorkerLoad
        {
            CpuFraction = 0.25,
            MemoryUsed = 1 << 30,
            Running = 1,
            Slots = 1,
            Power = new Power { Source = Power.Types.Source.Battery, BatteryPercent = 40 },
        };
        await worker.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat { Load = load } });
        await worker.NextHeartbeatAckAsync();
        Assert.Equal(load, (await _cluster.WorkerAsync("laptop")).Load);
    }
}
