using Google.Protobuf;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Tests.Faults;
using Xunit.Abstractions;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>A session whose messages come twice, late and in any order.</summary>
public sealed class MessageOrderTests(ITestOutputHelper output)
{
    private const int Jobs = 40;

    [Fact]
    public async Task Messages_that_come_twice_late_and_in_any_order_leave_each_job_with_one_outcome()
    {
        var seed = Environment.TickCount & 0xffff;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var cluster = await TestCluster.StartAsync(TimeSpan.FromMinutes(1));
        await cluster.PushAsync("echo", "echoes_stdin");
        await using var worker = await HandWorker.DialAsync(cluster, "w", slots: Jobs);
        var messages = new List<WorkerMessage>();
        for (var i = 0; i < Jobs; i++)
        {
            var job = (await cluster.SubmitAsync("echo")).Id;
            await worker.NextLeaseAsync();
            // Those of an attempt before, and of one that is not yet.
            foreach (var attempt in new[] { 0, 1, 1, 2 })
                messages.AddRange(Life(job, attempt));
        }

        var shuffled = messages.ToArray();
        random.Shuffle(shuffled);
        var unanswered = 0;
        foreach (var message in shuffled)
            await SendAsync(message);

        var accepted = new List<(string Job, int Attempt)>();
        while (unanswered > 0 || await AreAnyUnderWayAsync(cluster))
        {
            var message = await worker.NextAsync(m => m.Ack is not null || m.Lease is not null);
            if (message.Lease is { } lease)
            {
                // It was handed back before, and is here once more.
                await SendAsync(Completed(lease.JobId, lease.Attempt));
                continue;
            }

            unanswered--;
            if (message.Ack.Accepted)
                accepted.Add((message.Ack.JobId, message.Ack.Attempt));
        }

        Assert.Equal(accepted.Count, accepted.Distinct().Count());
        foreach (var listed in (await cluster.Connection.Jobs.ListAsync(new ListJobsRequest { PageSize = Jobs })).Jobs)
        {
            var job = await cluster.GetAsync(listed.Id);
            Assert.True(job.State == Job.Types.State.Succeeded, $"seed {seed}: {job.Id} is {job.State}");
            Assert.Equal(Enumerable.Range(1, job.Attempt), job.Attempts.Select(a => a.Number));
            Assert.Equal(job.Attempt, Assert.Single(job.Attempts, a => a.Outcome == Attempt.Types.Outcome.Succeeded).Number);
            Assert.Equal(job.Attempt, accepted.Count(a => a.Job == job.Id));
        }

        await Soundness.AssertSoundAsync(cluster.Store);

        Task SendAsync(WorkerMessage message)
        {
            if (message.Completed is not null || message.Returned is not null)
                unanswered++;
            return worker.SendAsync(message);
        }
    }

    private static async Task<bool> AreAnyUnderWayAsync(TestCluster cluster)
    {
        var info = await cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest());
        return info.QueuedJobs + info.LeasedJobs + info.RunningJobs > 0;
    }

    private static IEnumerable<WorkerMessage> Life(string job, int attempt) =>
    [
        new WorkerMessage { Started = new AttemptStarted { JobId = job, Attempt = attempt } },
        new WorkerMessage { Log = new AttemptLog { JobId = job, Attempt = attempt, Data = ByteString.CopyFromUtf8("a line\n") } },
        Completed(job, attempt),
        new WorkerMessage { Returned = new AttemptReturned { JobId = job, Attempt = attempt } },
    ];

    private static WorkerMessage Completed(string job, int attempt) => new()
    {
        Completed = new AttemptCompleted { JobId = job, Attempt = attempt, Outcome = Attempt.Types.Outcome.Succeeded, ExitCode = 0 },
    };
}
