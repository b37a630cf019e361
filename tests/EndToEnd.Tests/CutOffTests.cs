using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd;

/// <summary>Workers that are cut off, asleep, drained or removed, as real processes.</summary>
public sealed class CutOffTests
{
    private const string Persistent = "[retry]\nattempts = 20\nbackoff = \"50ms\"\n[limits]\ntimeout = \"1m\"\n";

    [Fact]
    public async Task An_outcome_spooled_while_the_orchestrator_was_away_is_delivered_by_the_next_process_of_a_killed_worker()
    {
        // The worker's new process must be back within the lease.
        await using var cluster = await Cluster.StartAsync(TimeSpan.FromMinutes(2), "one");
        await cluster.PushAsync("sleepy", "nap", Persistent);
        var job = await cluster.SubmitAsync("nap", "50", "100");
        await cluster.UntilAsync(job.Id, j => j.State == Job.Types.State.Running);
        await cluster.Orchestrator.KillAsync();
        await Cluster.UntilAsync(() => cluster.Spooled("one").Count == 1, "the outcome did not come to disk");
        await cluster.Workers["one"].KillAsync();
        await cluster.StartOrchestratorAsync();
        await cluster.StartWorkerAsync("one");
        await cluster.ReachAsync();
        var ended = await cluster.UntilAsync(job.Id, j => j.FinishedAt is not null);
        Assert.Equal(Job.Types.State.Succeeded, ended.State);
        Assert.Equal([Attempt.Types.Outcome.Succeeded], (await cluster.GetAsync(job.Id)).Attempts.Select(a => a.Outcome));
        await Cluster.UntilAsync(() => cluster.Spooled("one").Count == 0, "the outcome stayed on disk");
    }

    [Fact]
    public async Task A_worker_that_slept_past_its_lease_asks_first_and_its_job_has_one_outcome()
    {
        await using var cluster = await Cluster.StartAsync(TimeSpan.FromSeconds(5), "one", "two");
        await cluster.PushAsync("sleepy", "nap", Persistent);
        var job = await cluster.SubmitAsync("nap", "40", "100");
        var first = await cluster.UntilAsync(job.Id, j => j.State == Job.Types.State.Running);
        var asleep = cluster.Workers[first.Worker];
        asleep.Suspend();
        var second = await cluster.UntilAsync(job.Id, j => j is { State: Job.Types.State.Running, Attempt: 2 });
        Assert.NotEqual(first.Worker, second.Worker);
        asleep.Continue();
        var ended = await cluster.UntilAsync(job.Id, j => j.FinishedAt is not null);
        Assert.Equal((Job.Types.State.Succeeded, second.Worker, 2), (ended.State, ended.Worker, ended.Attempt));
        await Cluster.UntilAsync(() => asleep.Log.Contains("stood still for", StringComparison.Ordinal), "it did not notice that it slept");

        // It is of use again, and the outcome is still the one.
        await cluster.Workers[second.Worker].KillAsync();
        var next = await cluster.UntilAsync((await cluster.SubmitAsync("nap", "1", "1")).Id, j => j.FinishedAt is not null);
        Assert.Equal((Job.Types.State.Succeeded, first.Worker), (next.State, next.Worker));
        var attempts = (await cluster.GetAsync(job.Id)).Attempts;
        Assert.Equal([Attempt.Types.Outcome.WorkerLost, Attempt.Types.Outcome.Succeeded], attempts.Select(a => a.Outcome));
        Assert.Empty(cluster.Spooled(first.Worker));
    }

    [Fact]
    public async Task A_worker_is_drained_until_it_holds_nothing_and_removed()
    {
        await using var cluster = await Cluster.StartAsync("one");
        await cluster.PushAsync("sleepy", "nap", Persistent);
        var job = await cluster.SubmitAsync("nap", "30", "100");
        await cluster.UntilAsync(job.Id, j => j.State == Job.Types.State.Running);
        var drained = await cluster.RunAsync("worker", "drain", "one", "--wait");
        Assert.Equal((0, "one is drained\n"), (drained.ExitCode, drained.Out));
        Assert.Equal(Job.Types.State.Succeeded, (await cluster.GetAsync(job.Id)).State);

        var removed = await cluster.RunAsync("worker", "remove", "one");
        Assert.Equal((0, "one is removed\n"), (removed.ExitCode, removed.Out));
        Assert.Equal(1, await cluster.Workers["one"].WaitForExitAsync());
        Assert.Contains("error: the orchestrator refuses this worker: worker 'one' was removed", cluster.Workers["one"].Log, StringComparison.Ordinal);
    }
}
