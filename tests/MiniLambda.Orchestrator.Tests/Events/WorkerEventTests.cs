using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Tests.Sessions;
using Kind = MiniLambda.Contracts.V1.Event.Types.Kind;

namespace MiniLambda.Orchestrator.Tests.Events;

/// <summary>What happens to workers stands in the log, in order.</summary>
public sealed class WorkerEventTests
{
    [Fact]
    public async Task A_worker_that_comes_is_drained_is_resumed_and_goes_is_told_of()
    {
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromMinutes(1));
        using var live = await EventReader.OpenAsync(cluster, new WatchEventsRequest { Worker = "w", Follow = true });
        var workers = cluster.Connection.Cluster;
        await using (await HandWorker.DialAsync(cluster, "w"))
        {
            // That of one who is not drained is no event.
            await workers.ResumeWorkerAsync(new ResumeWorkerRequest { Name = "w" });
            await workers.DrainWorkerAsync(new DrainWorkerRequest { Name = "w", Deadline = TimeSpan.FromHours(1).ToDuration() });
            await workers.ResumeWorkerAsync(new ResumeWorkerRequest { Name = "w" });
        }

        Assert.Equal(
            [(Kind.WorkerJoined, "x86_64, linux, 1 slot"), (Kind.WorkerDraining, "within 1h"), (Kind.WorkerResumed, ""), (Kind.WorkerLeft, "the stream broke")],
            (await live.ReadAsync(4)).Select(e => (e.Kind, e.Detail)));
    }

    [Fact]
    public async Task A_worker_that_stops_says_so_before_it_goes()
    {
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromMinutes(1));
        using var live = await EventReader.OpenAsync(cluster, new WatchEventsRequest { Worker = "w", Follow = true });
        await using (var worker = await HandWorker.DialAsync(cluster, "w"))
        {
            await worker.SendAsync(new WorkerMessage { Draining = new WorkerDraining() });
            Assert.Equal((Kind.WorkerDraining, "it stops"), await LastAsync(2));
        }

        Assert.Equal((Kind.WorkerLeft, "it stopped"), await LastAsync(1));

        async Task<(Kind, string)> LastAsync(int count)
        {
            var last = (await live.ReadAsync(count))[^1];
            return (last.Kind, last.Detail);
        }
    }

    [Fact]
    public async Task A_worker_that_dials_in_anew_does_not_leave_after_it_came()
    {
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromMinutes(1));
        using var live = await EventReader.OpenAsync(cluster, new WatchEventsRequest { Follow = true });
        await using var first = await HandWorker.DialAsync(cluster, "w");
        await using var second = await HandWorker.DialAsync(cluster, "w", first.Instance);
        await first.WaitForEndAsync();
        await cluster.Connection.Cluster.RemoveWorkerAsync(new RemoveWorkerRequest { Name = "w" });
        await second.WaitForEndAsync();
        await using var other = await HandWorker.DialAsync(cluster, "other");

        Assert.Equal([Kind.WorkerJoined, Kind.WorkerJoined, Kind.WorkerRemoved, Kind.WorkerJoined], (await live.ReadAsync(4)).Select(e => e.Kind));
    }

    [Fact]
    public async Task A_worker_that_falls_silent_is_suspect_then_gone_then_lost()
    {
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromSeconds(3));
        await cluster.PushAsync("echo", "echoes_stdin");
        using var live = await EventReader.OpenAsync(cluster, new WatchEventsRequest { Worker = "w", Follow = true });
        // First: it is leased to the worker as that comes, which is not heard again.
        var job = await cluster.SubmitAsync("echo");
        await using var worker = await HandWorker.DialAsync(cluster, "w");
        await worker.NextLeaseAsync();

        var events = await live.ReadAsync(6);

        Assert.Equal(
            [Kind.WorkerJoined, Kind.Leased, Kind.WorkerSuspect, Kind.WorkerLeft, Kind.WorkerLost, Kind.Retrying], events.Select(e => e.Kind));
        Assert.Equal(("it was not heard of in time", "a job that it held goes to others"), (events[3].Detail, events[4].Detail));
        Assert.Equal((job.Id, Attempt.Types.Outcome.WorkerLost), (events[5].Job.Id, events[5].Job.Outcome));
    }
}
