using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Tests.Sessions;

namespace MiniLambda.Orchestrator.Tests.Jobs;

/// <summary>Who asks for much and reads little waits for itself alone.</summary>
public sealed class SlowReaderTests
{
    private const int Readers = 30;
    private const int ResultBytes = 1_000_000;

    [Fact]
    public async Task Readers_of_a_result_that_do_not_read_hold_up_nobody_and_get_all_of_it_later()
    {
        await using var cluster = await TestCluster.StartAsync("one");
        await cluster.PushAsync("echo", "echoes_stdin", "[limits]\noutput = \"1MiB\"");
        var digest = await cluster.Connection.Blobs.UploadAsync(new MemoryStream(new byte[ResultBytes]), default);
        var job = (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo", InputDigest = digest })).Job;
        using var apart = new ClusterConnection(cluster.Url, cluster.Token);
        var slow = new List<AsyncServerStreamingCall<JobResultChunk>>();
        for (var i = 0; i < Readers; i++)
        {
            slow.Add(apart.Jobs.Result(new JobResultRequest { Id = job.Id }));
            await slow[^1].ResponseHeadersAsync;
        }

        for (var i = 0; i < Readers; i++)
            Assert.Equal(Job.Types.State.Succeeded, (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" })).Job.State);

        foreach (var call in slow)
        {
            using (call)
                Assert.Equal(ResultBytes, await call.ResponseStream.ReadAllAsync().Select(piece => piece.Data.Length).SumAsync());
        }
    }

    [Fact]
    public async Task Readers_of_a_log_that_do_not_read_hold_up_neither_the_log_nor_the_outcome()
    {
        const int pieces = 200;
        var line = ByteString.CopyFrom(new byte[32 << 10]);
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromMinutes(1));
        await cluster.PushAsync("echo", "echoes_stdin");
        await using var worker = await HandWorker.DialAsync(cluster, "w");
        var job = await cluster.SubmitAsync("echo");
        await worker.NextLeaseAsync();
        using var apart = new ClusterConnection(cluster.Url, cluster.Token);
        var slow = new List<AsyncServerStreamingCall<JobLogChunk>>();
        for (var i = 0; i < Readers; i++)
        {
            slow.Add(apart.Jobs.Logs(new JobLogsRequest { Id = job.Id, Follow = true }));
            await slow[^1].ResponseHeadersAsync;
        }

        for (var i = 0; i < pieces; i++)
            await worker.SendAsync(new WorkerMessage { Log = new AttemptLog { JobId = job.Id, Attempt = 1, Offset = (long)i * line.Length, Data = line } });
        await worker.CompleteAsync(job.Id, 1, "done");
        Assert.True((await worker.NextAckAsync()).Accepted);
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.GetAsync(job.Id)).State);

        foreach (var call in slow)
        {
            using (call)
                Assert.Equal((long)pieces * line.Length, await call.ResponseStream.ReadAllAsync().Select(piece => (long)piece.Data.Length).SumAsync());
        }
    }
}
