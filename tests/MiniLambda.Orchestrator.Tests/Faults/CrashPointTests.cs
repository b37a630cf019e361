using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Tests.Faults;

public sealed class CrashPointTests
{
    private const int Jobs = 6;

    public static TheoryData<string, bool, int> Points
    {
        get
        {
            var points = new TheoryData<string, bool, int>();
            foreach (var method in new[] { nameof(IJobStore.SubmitAsync), nameof(IJobStore.ClaimAsync), nameof(IJobStore.StartAsync), nameof(IJobStore.FinishAsync) })
            {
                foreach (var isAfter in new[] { false, true })
                    points.Add(method, isAfter, isAfter ? 3 : 1);
            }

            return points;
        }
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_crash_at_a_commit_loses_no_job_and_gives_none_two_outcomes(string method, bool isAfter, int count)
    {
        await using var cluster = await TestCluster.StartAsync();
        // Long enough to be reported as started, and to be under way when the orchestrator is gone.
        await cluster.PushAsync("loops", "logs_a_line_and_loops_forever", "[limits]\ntimeout = \"300ms\"\n[retry]\nattempts = 5\nbackoff = \"10ms\"");
        var (point, replace) = CrashPoint.At(method, isAfter, count);
        await cluster.AbortOrchestratorAsync(replace);
        // Half come before there is a worker, so that they are claimed from the queue; half after, so that they are leased as they come.
        var accepted = new List<Task<string?>>();
        for (var i = 0; i < Jobs / 2; i++)
            accepted.Add(SubmitAsync(cluster));
        var joining = cluster.AddWorkerAsync("one");
        await Task.WhenAny(joining, point.Reached);
        for (var i = 0; i < Jobs / 2; i++)
            accepted.Add(SubmitAsync(cluster));
        await point.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        await cluster.AbortOrchestratorAsync();

        await joining;
        var ids = (await Task.WhenAll(accepted)).OfType<string>().ToList();
        foreach (var id in ids)
        {
            var job = await cluster.GetAsync((await cluster.WaitForOutcomeAsync(id)).Id);
            Assert.Equal(Job.Types.State.TimedOut, job.State);
            Assert.Equal(Enumerable.Range(1, job.Attempt), job.Attempts.Select(attempt => attempt.Number));
            Assert.Single(job.Attempts, attempt => attempt.Outcome == Attempt.Types.Outcome.Timeout);
        }

        // What was not acknowledged may be there, and then has its outcome too.
        Job.Types.State[] active = [Job.Types.State.Queued, Job.Types.State.Leased, Job.Types.State.Running];
        foreach (var job in (await cluster.Connection.Jobs.ListAsync(new ListJobsRequest { States = { active } })).Jobs)
            await cluster.WaitForOutcomeAsync(job.Id);
    }

    private static async Task<string?> SubmitAsync(TestCluster cluster)
    {
        try
        {
            return (await cluster.SubmitAsync("loops")).Id;
        }
        catch (ApiException)
        {
            return null;
        }
    }
}
