using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd;

/// <summary>Processes are killed; jobs are not lost and have one outcome.</summary>
public sealed class KillTests
{
    private const string Persistent = "[retry]\nattempts = 20\nbackoff = \"50ms\"\n[limits]\ntimeout = \"1m\"\n";

    /// <summary>To be waited for until a worker that was killed is lost; the others must not be by lack of a processor.</summary>
    private static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Jobs_spread_over_two_workers()
    {
        await using var cluster = await Cluster.StartAsync("one", "two");
        await cluster.PushAsync("sleepy", "nap");
        var jobs = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => cluster.SubmitAsync("nap", "1", "20")));
        var ended = await WaitAsync(cluster, jobs.Select(j => j.Id));
        Assert.All(ended.Values, job => Assert.Equal(Job.Types.State.Succeeded, job.State));
        Assert.Equal(200, ended.Count);
        Assert.Equal(["one", "two"], ended.Values.Select(j => j.Worker).Distinct().Order());
    }

    [Fact]
    public async Task A_job_whose_worker_is_killed_runs_again_on_the_other()
    {
        await using var cluster = await Cluster.StartAsync(ShortLease, "one", "two");
        await cluster.PushAsync("sleepy", "nap", Persistent);
        var job = await cluster.SubmitAsync("nap", "30", "100");
        var running = await cluster.UntilAsync(job.Id, j => j.State == Job.Types.State.Running);
        await cluster.Workers[running.Worker].KillAsync();
        var ended = (await WaitAsync(cluster, [job.Id]))[job.Id];
        Assert.Equal(Job.Types.State.Succeeded, ended.State);
        Assert.NotEqual(running.Worker, ended.Worker);
        var attempts = (await cluster.GetAsync(job.Id)).Attempts;
        Assert.Equal([Attempt.Types.Outcome.WorkerLost, Attempt.Types.Outcome.Succeeded], attempts.Select(a => a.Outcome));
    }

    [Fact]
    public async Task A_job_survives_the_orchestrator_being_killed_right_after_it_was_accepted()
    {
        await using var cluster = await Cluster.StartAsync();
        await cluster.PushAsync("hello", "hello", Persistent);
        var job = await cluster.SubmitAsync("hello");
        await cluster.Orchestrator.KillAsync();
        await cluster.StartOrchestratorAsync();
        await cluster.StartWorkerAsync("one");
        var ended = (await WaitAsync(cluster, [job.Id]))[job.Id];
        Assert.Equal(Job.Types.State.Succeeded, ended.State);
    }

    [Fact]
    public async Task A_worker_delivers_what_it_finished_while_the_orchestrator_was_away()
    {
        await using var cluster = await Cluster.StartAsync("one");
        await cluster.PushAsync("sleepy", "nap", Persistent);
        var job = await cluster.SubmitAsync("nap", "50", "100");
        await cluster.UntilAsync(job.Id, j => j.State == Job.Types.State.Running);
        await cluster.Orchestrator.KillAsync();
        await cluster.StartOrchestratorAsync();
        var ended = (await WaitAsync(cluster, [job.Id]))[job.Id];
        Assert.Equal(Job.Types.State.Succeeded, ended.State);
        Assert.Equal(1, ended.Attempt);
    }

    [Fact]
    public async Task Twenty_kills_at_random_moments_lose_no_job_and_give_none_two_outcomes()
    {
        // Printed on failure, so that a failing order can be tried again.
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var cluster = await Cluster.StartAsync(ShortLease, "one", "two");
        await cluster.PushAsync("sleepy", "nap", Persistent);
        using var stop = new CancellationTokenSource();
        var accepted = new List<string>();
        var submitting = SubmitUntilAsync(cluster, accepted, stop.Token);
        for (var kill = 0; kill < 20; kill++)
        {
            await Task.Delay(random.Next(20, 300));
            switch (random.Next(3))
            {
                case 0:
                    await cluster.Orchestrator.KillAsync();
                    await cluster.StartOrchestratorAsync();
                    break;
                case 1:
                    await cluster.Workers["one"].KillAsync();
                    await cluster.StartWorkerAsync("one");
                    break;
                default:
                    await cluster.Workers["two"].KillAsync();
                    await cluster.StartWorkerAsync("two");
                    break;
            }
        }

        await stop.CancelAsync();
        await submitting;
        await cluster.ReachAsync();
        Assert.True(accepted.Count > 0, $"no jobs were accepted (seed {seed})");
        var ended = await WaitAsync(cluster, accepted);
        Assert.Equal(accepted.Count, ended.Count);
        foreach (var (id, first) in ended)
        {
            var job = await cluster.GetAsync(id);
            // The outcome that was told first is the one that stands.
            Assert.Equal((first.State, first.Attempt, first.FinishedAt, first.Revision), (job.State, job.Attempt, job.FinishedAt, job.Revision));
            // A job that was met by three kills is suspected of them.
            var isSuspect = job is { State: Job.Types.State.Failed, DeadLettered: true } && job.Message.StartsWith("quarantined: 3 attempts", StringComparison.Ordinal);
            Assert.True(job.State == Job.Types.State.Succeeded || isSuspect, $"{job.Id}: {job.State} {job.Message} (seed {seed})");
            Assert.Equal(isSuspect ? 0 : 1, job.Attempts.Count(a => a.Outcome == Attempt.Types.Outcome.Succeeded));
        }
    }

    private static async Task SubmitUntilAsync(Cluster cluster, List<string> accepted, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                accepted.Add((await cluster.SubmitAsync("nap", "2", "30")).Id);
                await Task.Delay(20, CancellationToken.None);
            }
            catch (ApiException e) when (e.Status is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown)
            {
                // The orchestrator is being killed: this one was not accepted.
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private static async Task<Dictionary<string, Job>> WaitAsync(Cluster cluster, IEnumerable<string> ids)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var ended = new Dictionary<string, Job>();
        await foreach (var job in cluster.Connection.Jobs.WatchAsync([.. ids], limit.Token))
        {
            if (job.FinishedAt is not null)
                ended.Add(job.Id, job);
        }

        return ended;
    }
}
