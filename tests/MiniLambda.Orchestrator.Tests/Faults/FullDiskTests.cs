using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Tests.Sessions;
using MiniLambda.Storage;

namespace MiniLambda.Orchestrator.Tests.Faults;

/// <summary>Disks that are full: the orchestrator's under database and blobs, a worker's under modules, artifacts and spool.</summary>
public sealed class FullDiskTests
{
    private const string Persistent = "[retry]\nattempts = 100\nbackoff = \"20ms\"\nmax_backoff = \"50ms\"";

    [SmallDiskFact]
    public async Task A_full_disk_refuses_what_comes_and_loses_nothing_acknowledged_and_all_goes_on_when_there_is_space()
    {
        using var disk = new SmallDisk(12 << 20);
        await using (var cluster = await TestCluster.StartAsync(
            options => (options.Data, options.LeaseDuration) = (disk.Beside("data"), TimeSpan.FromSeconds(30)), "one"))
        {
            await cluster.PushAsync("echo", "echoes_stdin");
            await cluster.PushAsync("slow", "waits_three_seconds");
            var before = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => cluster.SubmitAsync("slow")));
            await Task.WhenAll(before.Select(job => cluster.WaitAsync(job.Id, j => j.State == Job.Types.State.Running)));
            disk.Fill();

            // The files of the database have some room left.
            var accepted = before.Select(job => job.Id).ToList();
            var refused = await Assert.ThrowsAsync<ApiException>(async () =>
            {
                for (var i = 0; i < 1000; i++)
                    accepted.Add((await cluster.Connection.Jobs.SubmitAsync(Request(60_000))).Job.Id);
            });
            Assert.Equal((StatusCode.ResourceExhausted, "DISK_FULL"), (refused.Status, refused.Reason));
            Assert.Equal("the orchestrator cannot store this: the disk is full", refused.Message);
            await ApiAssert.RefusedAsync(
                StatusCode.ResourceExhausted, "DISK_FULL", () => cluster.Connection.Blobs.UploadAsync(new MemoryStream(new byte[300_000]), default));
            using var batch = cluster.Connection.Jobs.SubmitBatch();
            await batch.RequestStream.WriteAsync(Request(60_000));
            Assert.True(await batch.ResponseStream.MoveNext(default));
            Assert.Equal(("", "DISK_FULL"), (batch.ResponseStream.Current.Id, batch.ResponseStream.Current.Reason));
            // What needs no space is served.
            Assert.Equal(2, (await cluster.Connection.Functions.ListAsync(new ListFunctionsRequest())).Functions.Count);
            Assert.Equal(before[0].Id, (await cluster.GetAsync(before[0].Id)).Id);

            disk.Free();
            accepted.Add((await cluster.Connection.Jobs.SubmitAsync(Request(60_000))).Job.Id);
            foreach (var id in accepted)
                Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(id)).State);
            Assert.Equal(accepted.Count, await CountAsync(cluster));
            foreach (var job in before)
                Assert.Single((await cluster.GetAsync(job.Id)).Attempts);
        }

        await Soundness.AssertSoundAsync(new StoreFolder(disk.Beside("data")));
    }

    [SmallDiskFact]
    public async Task A_worker_whose_disk_is_full_hands_its_jobs_back_and_runs_them_when_there_is_space()
    {
        using var disk = new SmallDisk(6 << 20);
        await using var cluster = await TestCluster.StartAsync();
        await cluster.AddWorkerAsync("one", options => options.Data = disk.Beside("data"));
        // Before the worker fetches the module, which it does when it hears of it.
        disk.Fill();
        // A policy without a second try: a full disk is not held against a job.
        await cluster.PushAsync("echo", "echoes_stdin", "[retry]\nattempts = 1");
        var job = await cluster.SubmitAsync("echo");
        var second = await cluster.WaitAsync(job.Id, j => j.Attempt > 1 || j.FinishedAt is not null);
        Assert.True(second.Attempt > 1, second.Message);
        disk.Free();
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(job.Id)).State);
    }

    [SmallDiskFact]
    public async Task A_result_that_finds_no_room_is_not_held_against_its_job()
    {
        using var disk = new SmallDisk(8 << 20);
        await using var cluster = await TestCluster.StartAsync();
        await cluster.AddWorkerAsync("one", options => options.Data = disk.Beside("data"));
        await cluster.PushAsync("large", "writes_a_megabyte", "[limits]\noutput = \"2MiB\"\n[retry]\nattempts = 1");
        // From now on nothing but the result needs room.
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync((await cluster.SubmitAsync("large")).Id)).State);
        disk.Fill();
        var job = await cluster.SubmitAsync("large");
        var second = await cluster.WaitAsync(job.Id, j => j.Attempt > 1 || j.FinishedAt is not null);
        Assert.True(second.Attempt > 1, second.Message);
        disk.Free();
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(job.Id)).State);
    }

    [SmallDiskFact]
    public async Task A_module_is_compiled_once_there_is_room_for_its_artifact()
    {
        using var disk = new SmallDisk(6 << 20);
        await using var cluster = await TestCluster.StartAsync();
        await cluster.AddWorkerAsync("one", options => options.Data = disk.Beside("data"));
        await cluster.PushAsync("echo", "echoes_stdin");
        await cluster.WaitForOutcomeAsync((await cluster.SubmitAsync("echo")).Id);
        disk.Fill();
        // The module is there, its other form is not.
        await cluster.PushAsync("metered", "echoes_stdin", "[limits]\nfuel = 1000000\n[retry]\nattempts = 1");
        var job = await cluster.SubmitAsync("metered");
        var second = await cluster.WaitAsync(job.Id, j => j.Attempt > 1 || j.FinishedAt is not null);
        Assert.True(second.Attempt > 1, second.Message);
        disk.Free();
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(job.Id)).State);
    }

    [SmallDiskFact]
    public async Task An_outcome_that_finds_no_room_in_the_spool_is_delivered_by_the_same_process()
    {
        using var disk = new SmallDisk(6 << 20);
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromMinutes(1));
        await using var wire = new TcpProxy(cluster.Url);
        using var log = new LogWatch();
        await cluster.AddWorkerAsync("far", options => (options.Data, options.Server) = (disk.Beside("data"), wire.Url), log);
        await cluster.PushAsync("slow", "waits_three_seconds", Persistent);
        var job = await cluster.SubmitAsync("slow");
        await cluster.WaitAsync(job.Id, j => j.State == Job.Types.State.Running);
        disk.Fill();
        wire.Cut();
        await log.UntilAsync("its outcome could not be written to disk and is kept in memory alone");
        Assert.Empty(Directory.GetFiles(disk.Beside("data/spool"), "*.outcome"));
        wire.Mend();
        var done = await cluster.WaitForOutcomeAsync(job.Id);
        Assert.Equal((Job.Types.State.Succeeded, "far", 1), (done.State, done.Worker, done.Attempt));
    }

    private static SubmitJobRequest Request(int bytes) => new() { Function = "echo", Input = ByteString.CopyFrom(new byte[bytes]) };

    private static async Task<int> CountAsync(TestCluster cluster) =>
        (await cluster.Connection.Jobs.ListAsync(new ListJobsRequest { PageSize = 1000 })).Jobs.Count;
}
