using CsCheck;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Conformance;

/// <content>Whatever happens in whatever order, a store says what <see cref="JobLifecycle"/> says.</content>
public abstract partial class JobStoreConformance
{
    private enum Event
    {
        Claim,
        Start,
        Succeed,
        Fail,
        TimeOut,
        Release,
        Cancel,
    }

    /// <param name="Behind">How many attempts behind the current one the event's fencing token is.</param>
    private sealed record Step(int Job, Event Event, int Behind, double Jitter);

    [Fact]
    public async Task Any_sequence_of_events_goes_as_the_lifecycle_says_and_ends_in_at_most_one_outcome()
    {
        var steps = Gen.Select(
            Gen.Int[0, 2], Gen.Enum<Event>(), Gen.Frequency((4, Gen.Const(0)), (1, Gen.Int[1, 2])), Gen.Double[0, 1],
            (job, kind, behind, jitter) => new Step(job, kind, behind, jitter));

        await steps.Array[1, 25].SampleAsync(RunAgainstModelAsync, iter: 60);
    }

    private async Task RunAgainstModelAsync(Step[] steps)
    {
        var jobs = new[] { await SubmitAsync(), await SubmitAsync(), await SubmitAsync() };
        var model = jobs.Select(job => job.Status).ToArray();
        var outcomes = new int[jobs.Length];
        var now = T0;
        foreach (var step in steps)
        {
            now = now.AddMilliseconds(1);
            var attempt = model[step.Job].Attempt - step.Behind;
            var expected = Decide(model[step.Job], step, attempt, now);
            var status = await ApplyAsync(jobs[step.Job].Id, step, attempt, now);

            // A claim that gets nothing does not say why.
            if (step.Event == Event.Claim)
                Assert.Equal(expected.Status == TransitionStatus.Applied, status == TransitionStatus.Applied);
            else
                Assert.Equal(expected.Status, status);
            if (expected.Status == TransitionStatus.Applied && expected.Job.IsFinal)
                outcomes[step.Job]++;
            model[step.Job] = expected.Job;
        }

        for (var i = 0; i < jobs.Length; i++)
        {
            Assert.Equal(model[i], (await FindAsync(jobs[i].Id)).Status);
            Assert.InRange(outcomes[i], 0, 1);
            Assert.Equal(model[i].Attempt, (await Store.ListAttemptsAsync(jobs[i].Id, default)).Count);
        }
    }

    private static Transition Decide(JobStatus job, Step step, int attempt, DateTimeOffset now) => step.Event switch
    {
        Event.Claim => JobLifecycle.Claim(job, new LeaseClaim("w", now)),
        Event.Start => JobLifecycle.Start(job, attempt, "w", now),
        Event.Release => JobLifecycle.Release(job, attempt, now),
        Event.Cancel => JobLifecycle.Cancel(job, now),
        _ => JobLifecycle.Finish(job, attempt, ReportOf(step.Event), RetryExits, now, step.Jitter),
    };

    private async Task<TransitionStatus> ApplyAsync(JobId id, Step step, int attempt, DateTimeOffset now) => step.Event switch
    {
        Event.Claim => await Store.ClaimAsync(id, new LeaseClaim("w", now), default) is null
            ? TransitionStatus.Stale
            : TransitionStatus.Applied,
        Event.Start => (await Store.StartAsync(id, attempt, "w", now, default)).Status,
        Event.Release => (await Store.ReleaseAsync(id, attempt, now, default)).Status,
        Event.Cancel => (await Store.CancelAsync(id, now, default)).Status,
        _ => (await Store.FinishAsync(id, attempt, ReportOf(step.Event), RetryExits, now, step.Jitter, default)).Status,
    };

    private static AttemptReport ReportOf(Event outcome) => outcome switch
    {
        Event.Succeed => new AttemptReport { Outcome = AttemptOutcome.Succeeded, ExitCode = 0 },
        Event.Fail => Failure(),
        _ => AttemptReport.Failure(AttemptOutcome.Timeout, "ran past its timeout of 10s"),
    };
}
