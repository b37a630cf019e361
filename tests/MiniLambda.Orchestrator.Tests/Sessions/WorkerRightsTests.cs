using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Tests.Tenants;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>A node with a certificate of its own fetches what its leases name, and names as results what it sent.</summary>
[Trait("Category", "Attack")]
public sealed class WorkerRightsTests : IAsyncLifetime
{
    private readonly Metadata _asRogue = [TestCaller.Worker("rogue")];
    private readonly Metadata _asHolder = [TestCaller.Worker("holder")];
    private TestCluster _cluster = null!;
    private string _input = "";

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(options => options.LeaseDuration = TimeSpan.FromSeconds(30));
        await _cluster.AbortOrchestratorAsync(TestCaller.Add);
        await _cluster.PushAsync("once", "echoes_stdin", "[retry]\nattempts = 1");
        _input = await TwoTenants.UploadAsync(_cluster.Connection, "an input");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_no_lease_of_its_own_names_is_not_there_for_a_worker()
    {
        await using var holder = await DialAsync("holder");
        var lease = await SubmitAsync(holder);
        await using var rogue = await DialAsync("rogue");
        foreach (var digest in new[] { lease.ModuleDigest, _input })
        {
            Assert.NotEmpty(await TwoTenants.ReadAsync(_cluster.Connection.Blobs.Download(new DownloadBlobRequest { Digest = digest }, _asHolder)));
            await ApiAssert.RefusedAsync(
                StatusCode.NotFound, "BLOB_NOT_FOUND", async () => await TwoTenants.ReadAsync(_cluster.Connection.Blobs.Download(new DownloadBlobRequest { Digest = digest }, _asRogue)));
            await ApiAssert.RefusedAsync(
                StatusCode.NotFound, "BLOB_NOT_FOUND", async () => await _cluster.Connection.Blobs.StatAsync(new StatBlobRequest { Digest = digest }, _asRogue));
        }

        // With the lease the right ends.
        await holder.CompleteAsync(lease.JobId, 1, "done");
        await holder.NextAckAsync();
        await ApiAssert.RefusedAsync(
            StatusCode.NotFound, "BLOB_NOT_FOUND", async () => await TwoTenants.ReadAsync(_cluster.Connection.Blobs.Download(new DownloadBlobRequest { Digest = _input }, _asHolder)));
    }

    [Fact]
    public async Task A_module_that_it_was_told_to_fetch_ahead_is_there_for_it()
    {
        await using var holder = await DialAsync("holder");
        var pushed = await _cluster.PushAsync("next", "exits_with_3");
        Assert.Equal(pushed.ModuleDigest, (await holder.NextAsync(m => m.Prefetch is not null)).Prefetch.ModuleDigest);
        Assert.NotEmpty(await TwoTenants.ReadAsync(_cluster.Connection.Blobs.Download(new DownloadBlobRequest { Digest = pushed.ModuleDigest }, _asHolder)));
    }

    [Fact]
    public async Task A_result_that_somebody_else_sent_is_no_result()
    {
        await using var holder = await DialAsync("holder");
        var lease = await SubmitAsync(holder);
        await CompleteAsync(holder, lease.JobId, await TwoTenants.UploadAsync(_cluster.Connection, "of somebody else"));
        var done = await _cluster.WaitForOutcomeAsync(lease.JobId);
        Assert.Equal((Job.Types.State.Failed, Attempt.Types.Outcome.WorkerFailed), (done.State, done.Outcome));
        Assert.Contains("did not send", done.Message, StringComparison.Ordinal);
        Assert.Equal("", done.ResultDigest);
    }

    [Fact]
    public async Task A_result_that_it_sent_itself_stands_also_after_a_restart()
    {
        await using var holder = await DialAsync("holder");
        var lease = await SubmitAsync(holder);
        var result = await UploadAsync("its own", _asHolder);
        await _cluster.AbortOrchestratorAsync(TestCaller.Add);
        await using var again = await HandWorker.DialAsync(_cluster, "holder", holder.Instance, [(lease.JobId, 1)], header: TestCaller.Worker("holder"));
        await CompleteAsync(again, lease.JobId, result);
        var done = await _cluster.WaitForOutcomeAsync(lease.JobId);
        Assert.Equal((Job.Types.State.Succeeded, result), (done.State, done.ResultDigest));
    }

    [Fact]
    public async Task Reports_starts_and_logs_for_what_another_holds_change_nothing_and_are_counted()
    {
        await using var holder = await DialAsync("holder");
        var lease = await SubmitAsync(holder);
        await using var rogue = await DialAsync("rogue");
        var before = _cluster.Part<StrayReports>().Total;
        foreach (var job in new[] { lease.JobId, "j-06yp3h98cc7te" })
        {
            await rogue.SendAsync(new WorkerMessage { Started = new AttemptStarted { JobId = job, Attempt = 1 } });
            await rogue.SendAsync(new WorkerMessage { Log = new AttemptLog { JobId = job, Attempt = 1, Data = ByteString.CopyFromUtf8("forged") } });
            await rogue.CompleteAsync(job, 1, "forged");
            Assert.False((await rogue.NextAckAsync()).Accepted);
            await rogue.SendAsync(new WorkerMessage { Returned = new AttemptReturned { JobId = job, Attempt = 1 } });
            Assert.False((await rogue.NextAckAsync()).Accepted);
        }

        await rogue.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat() });
        await rogue.NextHeartbeatAckAsync();
        Assert.Equal(Job.Types.State.Leased, (await _cluster.GetAsync(lease.JobId)).State);
        Assert.True(_cluster.Part<StrayReports>().Total >= before + 6);
        await holder.CompleteAsync(lease.JobId, 1, "true");
        Assert.True((await holder.NextAckAsync()).Accepted);
        var result = await TwoTenants.ReadAsync(_cluster.Connection.Jobs.Result(new JobResultRequest { Id = lease.JobId }));
        Assert.Equal("true", Encoding.UTF8.GetString([.. result.SelectMany(piece => piece.Data.ToByteArray())]));
    }

    [Fact]
    public async Task What_is_no_job_id_ends_the_session_and_nothing_else()
    {
        await using var rogue = await DialAsync("rogue");
        await rogue.CompleteAsync("../../etc/passwd", 1, "x");
        await rogue.WaitForEndAsync();
        await using var again = await DialAsync("rogue2");
    }

    [Fact]
    public async Task A_worker_asks_for_nothing_but_blobs_of_its_leases()
    {
        var job = (await _cluster.Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = "once", InputDigest = _input })).Job.Id;
        await using var rogue = await DialAsync("rogue", slots: 1);
        await rogue.NextLeaseAsync();
        var second = await _cluster.SubmitAsync("once");
        // It has no slot for this one; what it claims to hold is lost to it at once.
        await using var liar = await HandWorker.DialAsync(_cluster, "liar", held: [(second.Id, 1), (job, 1)], header: TestCaller.Worker("liar"));
        Assert.Equal(2, liar.Welcome.Lost.Count);
    }

    private Task<HandWorker> DialAsync(string name, int slots = 1) => HandWorker.DialAsync(_cluster, name, slots: slots, header: TestCaller.Worker(name));

    private async Task<Lease> SubmitAsync(HandWorker holder)
    {
        await _cluster.Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = "once", InputDigest = _input });
        return await holder.NextLeaseAsync();
    }

    private async Task<string> UploadAsync(string text, Metadata headers)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var upload = _cluster.Connection.Blobs.Upload(headers);
        await upload.RequestStream.WriteAsync(new UploadBlobRequest { Header = new BlobHeader { Digest = BlobDigest.Of(bytes).Hex, Size = bytes.Length } });
        await upload.RequestStream.WriteAsync(new UploadBlobRequest { Data = ByteString.CopyFrom(bytes) });
        await upload.RequestStream.CompleteAsync();
        return (await upload.ResponseAsync).Digest;
    }

    private static Task CompleteAsync(HandWorker worker, string job, string digest) => worker.SendAsync(new WorkerMessage
    {
        Completed = new AttemptCompleted { JobId = job, Attempt = 1, Outcome = Attempt.Types.Outcome.Succeeded, ExitCode = 0, ResultDigest = digest },
    });
}
