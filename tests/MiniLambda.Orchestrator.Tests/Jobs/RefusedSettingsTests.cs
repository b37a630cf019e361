using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

/// <summary>What only a client that writes its messages by hand can send.</summary>
public sealed class RefusedSettingsTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task A_list_by_a_state_that_does_not_exist_is_refused(int state)
    {
        var request = new ListJobsRequest { States = { Job.Types.State.Queued, (Job.Types.State)state } };
        var message = await ApiAssert.RefusedAsync(
            StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", async () => await _cluster.Connection.Jobs.ListAsync(request));
        Assert.Contains($"{state}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_named_many_times_lists_its_jobs_once()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        var job = await _cluster.SubmitAsync("echo");
        var request = new ListJobsRequest { States = { Enumerable.Repeat(Job.Types.State.Queued, 100_000) } };
        Assert.Equal(job.Id, Assert.Single((await _cluster.Connection.Jobs.ListAsync(request)).Jobs).Id);
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(-1, 1)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    public async Task A_timeout_that_is_no_duration_is_refused(long seconds, int nanos)
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        var request = new SubmitJobRequest
        {
            Function = "echo",
            Overrides = new JobOverrides { Timeout = new Duration { Seconds = seconds, Nanos = nanos } },
        };
        await ApiAssert.RefusedAsync(
            StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", async () => await _cluster.Connection.Jobs.SubmitAsync(request));
    }
}
