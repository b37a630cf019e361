using Microsoft.Extensions.DependencyInjection;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Faults;

/// <summary>Somebody sets the orchestrator's wall clock.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_wall_clock_that_is_set_by_an_hour_ends_no_lease_and_keeps_no_job_waiting(int hours)
    {
        var clock = new WallClock();
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromSeconds(30), "one");
        await cluster.AbortOrchestratorAsync(services => services.AddSingleton<TimeProvider>(clock));
        await cluster.PushAsync("slow", "waits_a_second");
        await cluster.PushAsync("echo", "echoes_stdin");
        await cluster.PushAsync("fails", "exits_with_3", "[retry]\nattempts = 2\nbackoff = \"5s\"\non = [\"exit\"]");
        var failing = await cluster.SubmitAsync("fails");
        await cluster.WaitAsync(failing.Id, job => job is { State: Job.Types.State.Queued, Attempt: 1 });
        // One slot runs it, and what comes then waits behind.
        var running = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => cluster.SubmitAsync("slow")));
        await cluster.WaitAsync(running[0].Id, job => job.State == Job.Types.State.Running);

        clock.Set(TimeSpan.FromHours(hours));

        var later = await cluster.SubmitAsync("echo");
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.WaitForOutcomeAsync(later.Id)).State);
        foreach (var job in running)
        {
            var done = await cluster.WaitForOutcomeAsync(job.Id);
            Assert.Equal((Job.Types.State.Succeeded, 1), (done.State, done.Attempt));
        }

        var failed = await cluster.WaitForOutcomeAsync(failing.Id);
        Assert.Equal((Job.Types.State.Failed, 2), (failed.State, failed.Attempt));
        Assert.Equal(WorkerInfo.Types.Status.Ready, await cluster.StatusAsync("one"));
        await Soundness.AssertSoundAsync(cluster.Store);
    }

    /// <summary>The machine's clock, until it is set.</summary>
    private sealed class WallClock : TimeProvider
    {
        private long _by;

        public void Set(TimeSpan by) => Interlocked.Exchange(ref _by, by.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _by));
    }
}
