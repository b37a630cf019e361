using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Client.Blobs;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

/// <summary>What can be asked about jobs.</summary>
public sealed class ReadingTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private JobService.JobServiceClient Jobs => _cluster.Connection.Jobs;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("echo", "echoes_stdin");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(100, 1)]
    [InlineData(64 << 10, 1)]
    [InlineData(1 << 20, 4)]
    public async Task An_input_comes_back_byte_for_byte_in_pieces(int size, int pieces)
    {
        var input = Random(size);
        var job = await SubmitAsync(input);
        var read = new List<JobInputChunk>();
        await foreach (var piece in Jobs.InputAsync(job.Id, default))
            read.Add(piece);

        Assert.Equal(pieces, read.Count);
        Assert.All(read, piece => Assert.Equal(size, piece.TotalSize));
        Assert.Equal(input, read.SelectMany(piece => piece.Data.ToByteArray()));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1 << 20)]
    public async Task A_download_goes_on_at_any_offset_within_the_input(int size)
    {
        var input = Random(size);
        var job = await SubmitAsync(input);
        foreach (var offset in new[] { 1, size / 2, size })
            Assert.Equal(input[offset..], await ReadAsync(new JobInputRequest { Id = job.Id, Offset = offset }));
        foreach (var offset in new[] { -1, size + 1 })
        {
            await ApiAssert.RefusedAsync(
                StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", () => ReadAsync(new JobInputRequest { Id = job.Id, Offset = offset }));
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("j-0000000000000")]
    public async Task The_input_of_a_job_that_is_not_there_is_refused(string id) =>
        await ApiAssert.RefusedAsync(StatusCode.NotFound, "JOB_NOT_FOUND", () => ReadAsync(new JobInputRequest { Id = id }));

    [Fact]
    public async Task The_cluster_tells_how_jobs_went_lately()
    {
        Assert.Null((await InfoAsync()).Whole.P50);
        await _cluster.AddWorkerAsync("w");
        await Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo" });

        var lately = await InfoAsync();

        Assert.True(lately is { Submitted: > 0, Succeeded: > 0, Failed: 0 });
        Assert.True(lately.Queue.P99.ToTimeSpan() <= lately.Whole.P99.ToTimeSpan());
        Assert.True(lately.Attempt.P50.ToTimeSpan() > TimeSpan.Zero);

        async Task<Contracts.V1.Throughput> InfoAsync() => (await _cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest())).Throughput;
    }

    [Fact]
    public async Task Jobs_are_listed_by_when_they_were_submitted()
    {
        var first = await _cluster.SubmitAsync("echo");
        var second = await _cluster.SubmitAsync("echo");
        Assert.Equal([second.Id, first.Id], await ListAsync(new ListJobsRequest { CreatedAfter = first.CreatedAt }));
        Assert.Equal([second.Id], await ListAsync(new ListJobsRequest { CreatedAfter = second.CreatedAt }));
        Assert.Equal([first.Id], await ListAsync(new ListJobsRequest { CreatedBefore = second.CreatedAt }));
        await ApiAssert.RefusedAsync(
            StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", () => ListAsync(new ListJobsRequest { CreatedBefore = new Timestamp { Nanos = -1 } }));

        async Task<IEnumerable<string>> ListAsync(ListJobsRequest request) => (await Jobs.ListAsync(request)).Jobs.Select(job => job.Id);
    }

    private async Task<Job> SubmitAsync(byte[] input)
    {
        var request = new SubmitJobRequest { Function = "echo" };
        if (input.Length > 64 << 10)
            request.InputDigest = await _cluster.Connection.Blobs.UploadAsync(new MemoryStream(input), default);
        else
            request.Input = ByteString.CopyFrom(input);
        return (await Jobs.SubmitAsync(request)).Job;
    }

    private async Task<byte[]> ReadAsync(JobInputRequest request)
    {
        using var call = Jobs.Input(request);
        var bytes = new MemoryStream();
        while (await call.ResponseStream.MoveNext(default))
            bytes.Write(call.ResponseStream.Current.Data.Span);
        return bytes.ToArray();
    }

    private static byte[] Random(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
