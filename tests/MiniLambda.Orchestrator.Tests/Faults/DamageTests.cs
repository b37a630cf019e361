using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Tests.Sessions;

namespace MiniLambda.Orchestrator.Tests.Faults;

/// <summary>Bits that a disk flipped: what is damaged is named, and the rest is served.</summary>
public sealed class DamageTests : IAsyncLifetime
{
    private const int PageBytes = 4096;

    private TestCluster _cluster = null!;

    private JobService.JobServiceClient Jobs => _cluster.Connection.Jobs;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync("one");
        await _cluster.PushAsync("echo", "echoes_stdin", "[retry]\nattempts = 1");
        await _cluster.PushAsync("by-hand", "echoes_stdin", "[placement]\nlabels = { hand = \"true\" }");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_damaged_result_is_named_and_others_are_served()
    {
        var (damaged, whole) = (await EchoAsync(new byte[100_000]), await EchoAsync([.. Enumerable.Repeat((byte)1, 100_000)]));
        var digest = await BlobOfAsync(damaged);
        FlipBit(digest);
        var message = await ApiAssert.RefusedAsync(StatusCode.DataLoss, "BLOB_DAMAGED", () => ReadAsync(damaged));
        Assert.Equal($"blob {digest[..12]} is damaged: its bytes do not match its digest", message);
        Assert.Equal(100_000, await ReadAsync(whole));
        var finding = Assert.Single(await Soundness.FindingsAsync(_cluster.Store));
        Assert.StartsWith($"blob {digest}: is damaged", finding, StringComparison.Ordinal);
        Assert.Contains(damaged, finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_input_is_damaged_fails_with_its_name_and_others_run()
    {
        var digest = await _cluster.Connection.Blobs.UploadAsync(new MemoryStream(new byte[90_000]), default);
        FlipBit(digest);
        var job = (await Jobs.SubmitAsync(new SubmitJobRequest { Function = "echo", InputDigest = digest })).Job;
        var failed = await _cluster.WaitForOutcomeAsync(job.Id);
        Assert.Equal((Job.Types.State.Failed, true), (failed.State, failed.DeadLettered));
        Assert.Contains($"blob {digest[..12]} is damaged", failed.Message, StringComparison.Ordinal);
        await EchoAsync(new byte[10]);
    }

    [Fact]
    public async Task A_damaged_page_is_named_what_lies_in_it_is_refused_with_the_remedy_and_the_rest_is_served()
    {
        // Logs enough for many pages.
        var jobs = new List<string>();
        await using (var worker = await HandWorker.DialAsync(_cluster, "w", labels: ("hand", "true")))
        {
            for (var i = 0; i < 30; i++)
            {
                jobs.Add((await Jobs.SubmitAsync(new SubmitJobRequest { Function = "by-hand" })).Job.Id);
                await worker.NextLeaseAsync();
                await worker.SendAsync(new WorkerMessage { Log = new AttemptLog { JobId = jobs[^1], Attempt = 1, Data = ByteString.CopyFromUtf8(Log(jobs[^1])) } });
                await worker.CompleteAsync(jobs[^1], 1, "done");
                Assert.True((await worker.NextAckAsync()).Accepted);
            }
        }

        await _cluster.RestartOrchestratorAsync(() => DamagePageWith(Log(jobs[15])));

        var refused = new List<string>();
        foreach (var job in jobs)
        {
            Assert.Equal(4, await ReadAsync(job));
            try
            {
                var log = "";
                await foreach (var piece in Jobs.LogsAsync(job, follow: false, default))
                    log += piece.Data.ToStringUtf8();
                Assert.Equal(Log(job), log);
            }
            catch (ApiException e)
            {
                refused.Add(job);
                Assert.Equal((StatusCode.DataLoss, "STORE_DAMAGED"), (e.Status, e.Reason));
                Assert.Equal("the orchestrator cannot read or store this: the database file is damaged: restore it from a backup", e.Message);
            }
        }

        Assert.Contains(jobs[15], refused);
        Assert.InRange(refused.Count, 1, 10);
        Assert.Contains(await Soundness.FindingsAsync(_cluster.Store), f => f.StartsWith("database: ", StringComparison.Ordinal) && f.Contains(" page ", StringComparison.Ordinal));
        await EchoAsync(new byte[10]);
    }

    [Fact]
    public async Task A_database_that_is_damaged_where_the_jobs_are_is_not_served_and_the_remedy_is_named()
    {
        var jobs = new List<string>();
        for (var i = 0; i < 30; i++)
            jobs.Add(await EchoAsync([.. Enumerable.Repeat((byte)i, 3000)]));
        var failure = await Assert.ThrowsAsync<StoreDamagedException>(() => _cluster.RestartOrchestratorAsync(() => DamagePageWith($"{jobs[15]}echo")));
        Assert.Equal("the database file is damaged: restore it from a backup", failure.Message);
    }

    [Fact]
    public async Task A_database_whose_first_page_is_damaged_is_not_served_and_the_remedy_is_named()
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => _cluster.RestartOrchestratorAsync(() => Overwrite(_cluster.Store.Database, 100, new byte[300])));
        Assert.Equal($"cannot open '{_cluster.Store.Database}': the database file is damaged: restore it from a backup", failure.Message);
    }

    private async Task<string> EchoAsync(byte[] input)
    {
        var invoked = await Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo", InputDigest = await UploadAsync(input) });
        Assert.Equal(Job.Types.State.Succeeded, invoked.Job.State);
        return invoked.Job.Id;
    }

    private Task<string> UploadAsync(byte[] content) => _cluster.Connection.Blobs.UploadAsync(new MemoryStream(content), default);

    private async Task<string> BlobOfAsync(string job) => (await _cluster.GetAsync(job)).ResultDigest;

    private async Task<int> ReadAsync(string job)
    {
        using var result = Jobs.Result(new JobResultRequest { Id = job });
        var bytes = 0;
        await foreach (var piece in result.ResponseStream.ReadAllAsync())
            bytes += piece.Data.Length;
        return bytes;
    }

    private void FlipBit(string digest)
    {
        var path = Path.Combine(_cluster.Store.Blobs, digest[..2], digest[2..]);
        var content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, content);
    }

    private static string Log(string job) => string.Concat(Enumerable.Repeat($"{job} was here\n", 60));

    /// <summary>Damages the head of the page that holds the row with a text.</summary>
    private void DamagePageWith(string text)
    {
        const byte rows = 0x0d;
        var file = File.ReadAllBytes(_cluster.Store.Database);
        for (var page = 1; page < file.Length / PageBytes; page++)
        {
            var content = file.AsSpan(page * PageBytes, PageBytes);
            if (content[0] != rows || content.IndexOf(System.Text.Encoding.ASCII.GetBytes(text)) < 0)
                continue;
            Overwrite(_cluster.Store.Database, page * PageBytes, new byte[8]);
            return;
        }

        Assert.Fail($"no page holds {text}");
    }

    private static void Overwrite(string path, int at, byte[] bytes)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, bytes, at);
    }
}
