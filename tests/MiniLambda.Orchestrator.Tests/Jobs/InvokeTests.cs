using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Client.Blobs;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class InvokeTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private JobService.JobServiceClient Jobs => _cluster.Connection.Jobs;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync("one");

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_goes_in_comes_back_with_where_the_time_went()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        var answer = await Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo", Input = ByteString.CopyFromUtf8("hello") });
        Assert.Equal("hello", answer.Result.ToStringUtf8());
        var job = answer.Job;
        Assert.Equal((Job.Types.State.Succeeded, 0, "one", 1), (job.State, job.ExitCode, job.Worker, job.Attempt));
        // The push had the worker compile it ahead of need, unless this job was faster.
        Assert.Equal(job.Usage.Artifact == Usage.Types.Artifact.Compiled, job.Usage.Compile.ToTimeSpan() > TimeSpan.Zero);
        Assert.NotEqual(Usage.Types.Artifact.Memory, job.Usage.Artifact);
        Assert.All([job.Usage.Start, job.Usage.Run, job.QueuedFor], span => Assert.True(span.ToTimeSpan() > TimeSpan.Zero));
        Assert.True(job.Usage.PeakMemory >= 2 * 65536);

        var again = await Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" });
        Assert.Equal(Usage.Types.Artifact.Memory, again.Job.Usage.Artifact);
        Assert.Equal(TimeSpan.Zero, again.Job.Usage.Compile.ToTimeSpan());
    }

    [Fact]
    public async Task Large_input_and_output_go_as_blobs_and_resume_at_any_offset()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        var content = RandomNumberGenerator.GetBytes(900_000);
        var digest = await _cluster.Connection.Blobs.UploadAsync(new MemoryStream(content), default);
        var answer = await Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo", InputDigest = digest });
        Assert.Equal((content.Length, digest, 0), (answer.Job.ResultSize, answer.Job.ResultDigest, answer.Result.Length));

        foreach (var offset in new[] { 0, 1, 65_536, 500_000, content.Length })
        {
            using var call = Jobs.Result(new JobResultRequest { Id = answer.Job.Id, Offset = offset });
            using var received = new MemoryStream();
            await foreach (var piece in call.ResponseStream.ReadAllAsync())
            {
                Assert.Equal((offset + received.Length, content.Length), (piece.Offset, piece.TotalSize));
                piece.Data.WriteTo(received);
            }

            Assert.Equal(content[offset..], received.ToArray());
        }

        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", async () =>
        {
            using var call = Jobs.Result(new JobResultRequest { Id = answer.Job.Id, Offset = content.Length + 1 });
            await call.ResponseStream.MoveNext(default);
        });
    }

    [Fact]
    public async Task An_input_over_the_limit_is_refused()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        var inline = new SubmitJobRequest { Function = "echo", Input = ByteString.CopyFrom(new byte[65_537]) };
        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "INPUT_TOO_LARGE", async () => await Jobs.SubmitAsync(inline));
        await ApiAssert.RefusedAsync(
            StatusCode.InvalidArgument, "BLOB_TOO_LARGE",
            () => _cluster.Connection.Blobs.UploadAsync(new MemoryStream(new byte[(1 << 20) + 1]), default));
        Assert.Empty((await Jobs.ListAsync(new ListJobsRequest())).Jobs);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "FUNCTION_NOT_FOUND", "{ \"function\": \"nobody\" }")]
    [InlineData(StatusCode.NotFound, "FUNCTION_NOT_FOUND", "{ \"function\": \"echo\", \"version\": 9 }")]
    [InlineData(StatusCode.NotFound, "FUNCTION_NOT_FOUND", "{ \"function\": \"../etc\" }")]
    [InlineData(StatusCode.NotFound, "BLOB_NOT_FOUND", "{ \"function\": \"echo\", \"inputDigest\": \"beef\" }")]
    [InlineData(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", "{ \"function\": \"echo\", \"priority\": 101 }")]
    [InlineData(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", "{ \"function\": \"echo\", \"priority\": -2147483648 }")]
    [InlineData(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", "{ \"function\": \"echo\", \"overrides\": { \"memory\": \"-1\" } }")]
    [InlineData(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", "{ \"function\": \"echo\", \"overrides\": { \"args\": [\"a\\u0000b\"] } }")]
    [InlineData(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", "{ \"function\": \"echo\", \"overrides\": { \"env\": { \"A=B\": \"\" } } }")]
    [InlineData(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", "{ \"function\": \"echo\", \"overrides\": { \"timeout\": \"-1s\" } }")]
    [InlineData(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", "{ \"function\": \"echo\", \"overrides\": { \"timeout\": \"315576000000s\" } }")]
    public async Task A_bad_request_is_refused_with_its_reason(StatusCode status, string reason, string request)
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        await ApiAssert.RefusedAsync(status, reason, async () => await Jobs.SubmitAsync(JsonParser.Default.Parse<SubmitJobRequest>(request)));
    }

    [Fact]
    public async Task Settings_too_large_to_be_leased_are_refused()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        var request = new SubmitJobRequest { Function = "echo", Overrides = new JobOverrides { Args = { new string('a', 3 << 20) }, ReplaceArgs = true } };
        var message = await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", async () => await Jobs.SubmitAsync(request));
        Assert.Equal("arguments and environment have 3145728 bytes together; at most 131072 are passed", message);
    }

    [Fact]
    public async Task A_job_waits_for_the_first_worker_and_a_result_is_refused_until_then()
    {
        await using var empty = await TestCluster.StartAsync();
        await empty.PushAsync("echo", "echoes_stdin");
        var job = await empty.SubmitAsync("echo");
        Assert.Equal(Job.Types.State.Queued, job.State);
        await ApiAssert.RefusedAsync(StatusCode.FailedPrecondition, "JOB_NOT_FINISHED", async () =>
        {
            await foreach (var _ in empty.Connection.Jobs.ResultAsync(job.Id, default))
                Assert.Fail("there is no result yet");
        });
        await empty.AddWorkerAsync("late");
        Assert.Equal(Job.Types.State.Succeeded, (await empty.WaitForOutcomeAsync(job.Id)).State);
    }

    [Fact]
    public async Task Jobs_spread_over_two_workers()
    {
        await _cluster.AddWorkerAsync("two");
        await _cluster.PushAsync("echo", "echoes_stdin");
        var jobs = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" }).ResponseAsync));
        Assert.All(jobs, answer => Assert.Equal(Job.Types.State.Succeeded, answer.Job.State));
        Assert.Equal(["one", "two"], jobs.Select(answer => answer.Job.Worker).Distinct().Order());
    }

    [Fact]
    public async Task A_job_with_labels_runs_only_where_they_are()
    {
        await _cluster.AddWorkerAsync("labelled", options => options.Labels["room"] = "office");
        await _cluster.PushAsync("echo", "echoes_stdin");
        for (var i = 0; i < 10; i++)
        {
            var request = new SubmitJobRequest { Function = "echo", Overrides = new JobOverrides { Labels = { ["room"] = "office" } } };
            Assert.Equal("labelled", (await Jobs.InvokeAsync(request)).Job.Worker);
        }
    }
}
