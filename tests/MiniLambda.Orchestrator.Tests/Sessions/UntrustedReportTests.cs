using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Sessions;

/// <summary>Reports that say what cannot be.</summary>
[Trait("Category", "Attack")]
public sealed class UntrustedReportTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync();
        await _cluster.PushAsync("once", "echoes_stdin", "[retry]\nattempts = 1");
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_result_that_was_never_sent_is_no_result()
    {
        var done = await ReportAsync(completed => (completed.ResultDigest, completed.ResultSize) = (new string('a', 64), 5));
        Assert.Equal((Job.Types.State.Failed, Attempt.Types.Outcome.WorkerFailed), (done.State, done.Outcome));
        Assert.Contains("named a result that is not here", done.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(77)]
    [InlineData(-1)]
    public async Task An_outcome_that_there_is_not_is_the_workers_failure(int outcome)
    {
        var done = await ReportAsync(completed => completed.Outcome = (Attempt.Types.Outcome)outcome);
        Assert.Equal((Job.Types.State.Failed, Attempt.Types.Outcome.WorkerFailed), (done.State, done.Outcome));
    }

    [Fact]
    public async Task Numbers_that_cannot_be_count_as_nothing()
    {
        var done = await ReportAsync(completed => completed.Usage = new Usage
        {
            Run = new Duration { Seconds = long.MaxValue },
            Fetch = new Duration { Nanos = -5 },
            Fuel = -1,
            PeakMemory = -1,
            Artifact = (Usage.Types.Artifact)99,
        });
        Assert.Equal(Job.Types.State.Succeeded, done.State);
        var usage = (await _cluster.GetAsync(done.Id)).Attempts[0].Usage;
        Assert.Equal((TimeSpan.Zero, 0, 0), (usage.Run.ToTimeSpan(), usage.Fuel, usage.PeakMemory));
    }

    [Fact]
    public async Task A_flood_of_heartbeats_whose_answers_nobody_takes_is_cut_and_others_are_served()
    {
        await using var flooding = await HandWorker.DialAsync(_cluster, "flood");
        await using var other = await HandWorker.DialAsync(_cluster, "other");
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0; i < 1_000_000; i++)
                await flooding.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat { Load = new WorkerLoad { Slots = 1 } } }).WaitAsync(TimeSpan.FromSeconds(5));
        });
        await other.SendAsync(new WorkerMessage { Heartbeat = new Heartbeat() });
        await other.NextHeartbeatAckAsync();
        Assert.Equal(WorkerInfo.Types.Status.Ready, await _cluster.StatusAsync("other"));
    }

    [Fact]
    public async Task A_line_for_people_is_short_and_steers_no_terminal()
    {
        var done = await ReportAsync(completed => (completed.Outcome, completed.Message) = (Attempt.Types.Outcome.Trap, "\u001b[2J" + new string('x', 100_000)));
        Assert.InRange(done.Message.Length, 1, 5000);
        Assert.DoesNotContain('\u001b', done.Message);
    }

    private async Task<Job> ReportAsync(Action<AttemptCompleted> spoil)
    {
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var job = await _cluster.SubmitAsync("once");
        await worker.NextLeaseAsync();
        var completed = new AttemptCompleted { JobId = job.Id, Attempt = 1, Outcome = Attempt.Types.Outcome.Succeeded, ExitCode = 0 };
        spoil(completed);
        await worker.SendAsync(new WorkerMessage { Completed = completed });
        Assert.True((await worker.NextAckAsync()).Accepted);
        return await _cluster.WaitForOutcomeAsync(job.Id);
    }
}
