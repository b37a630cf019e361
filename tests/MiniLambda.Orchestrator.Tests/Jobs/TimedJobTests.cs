using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

public sealed class TimedJobTests
{
    [Fact]
    public async Task A_delayed_job_begins_no_earlier()
    {
        await using var cluster = await TestCluster.StartAsync("one");
        await cluster.PushAsync("echo", "echoes_stdin");
        var delay = TimeSpan.FromMilliseconds(700);
        var job = (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "echo", Delay = delay.ToDuration() })).Job;
        Assert.True(job.QueuedFor.ToTimeSpan() >= delay, $"{job.QueuedFor}");
    }

    [Fact]
    public async Task A_delayed_job_begins_after_a_restart_too()
    {
        await using var cluster = await TestCluster.StartAsync("one");
        await cluster.PushAsync("echo", "echoes_stdin");
        var id = (await cluster.Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = "echo", Delay = TimeSpan.FromSeconds(1).ToDuration() })).Job.Id;
        await cluster.RestartOrchestratorAsync();
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(id)).State);
    }

    [Fact]
    public async Task A_job_that_nobody_took_in_its_time_fails_and_waits_among_the_dead_letters()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        var id = (await cluster.Connection.Jobs.SubmitAsync(
            new SubmitJobRequest { Function = "echo", Ttl = TimeSpan.FromMilliseconds(300).ToDuration() })).Job.Id;
        var job = await cluster.WaitForOutcomeAsync(id);
        Assert.Equal((Job.Types.State.Failed, Attempt.Types.Outcome.Expired, 0, true), (job.State, job.Outcome, job.Attempt, job.DeadLettered));
    }

    [Fact]
    public async Task A_moment_and_a_delay_are_not_both_taken()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        var request = new SubmitJobRequest
        {
            Function = "echo",
            Delay = TimeSpan.FromSeconds(1).ToDuration(),
            NotBefore = DateTimeOffset.UnixEpoch.AddYears(60).ToTimestamp(),
        };
        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", async () => await cluster.Connection.Jobs.SubmitAsync(request));
    }

    [Theory]
    [InlineData(-1.0, null)]
    [InlineData(null, 0.0)]
    [InlineData(null, -5.0)]
    [InlineData(400 * 86400.0, null)]
    public async Task Delays_and_times_to_live_have_their_bounds(double? delay, double? ttl)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.PushAsync("echo", "echoes_stdin");
        var request = new SubmitJobRequest { Function = "echo" };
        if (delay is { } seconds)
            request.Delay = TimeSpan.FromSeconds(seconds).ToDuration();
        if (ttl is { } live)
            request.Ttl = TimeSpan.FromSeconds(live).ToDuration();
        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE", async () => await cluster.Connection.Jobs.SubmitAsync(request));
    }
}
