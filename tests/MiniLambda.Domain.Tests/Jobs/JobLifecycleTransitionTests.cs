using MiniLambda.Domain.Jobs;
using static MiniLambda.Domain.Tests.Jobs.JobFixture;

namespace MiniLambda.Domain.Tests.Jobs;

/// <summary>Every event in every state, and every step between two states.</summary>
public sealed class JobLifecycleTransitionTests
{
    public enum Event
    {
        Claim,
        Start,
        Succeed,
        Exit,
        ExitWithRetry,
        TimeOut,
        TimeOutWithRetry,
        ReportCancelled,
        Release,
        Cancel,
    }

    // Row: from; columns: to Queued, Leased, Running, Succeeded, Failed, TimedOut, Cancelled.
    private static readonly Dictionary<JobState, string> LegalSteps = new()
    {
        [JobState.Queued] = ".L..F.C",
        [JobState.Leased] = "Q.RSFTC",
        [JobState.Running] = "Q..SFTC",
        [JobState.Succeeded] = ".......",
        [JobState.Failed] = "Q......",
        [JobState.TimedOut] = "Q......",
        [JobState.Cancelled] = "Q......",
    };

    public static TheoryData<JobState, JobState, bool> Steps
    {
        get
        {
            var steps = new TheoryData<JobState, JobState, bool>();
            foreach (var (from, row) in LegalSteps)
            {
                for (var to = 0; to < row.Length; to++)
                    steps.Add(from, (JobState)(to + 1), row[to] != '.');
            }

            return steps;
        }
    }

    public static TheoryData<JobState, Event> Everything
    {
        get
        {
            var pairs = new TheoryData<JobState, Event>();
            foreach (var state in Enum.GetValues<JobState>())
            {
                foreach (var kind in Enum.GetValues<Event>())
                    pairs.Add(state, kind);
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_is_legal_only_when_the_table_says_so(JobState from, JobState to, bool legal) =>
        Assert.Equal(legal, JobLifecycle.IsLegal(from, to));

    [Theory]
    [InlineData(JobState.Queued, false)]
    [InlineData(JobState.Leased, false)]
    [InlineData(JobState.Running, false)]
    [InlineData(JobState.Succeeded, true)]
    [InlineData(JobState.Failed, true)]
    [InlineData(JobState.TimedOut, true)]
    [InlineData(JobState.Cancelled, true)]
    public void Only_a_state_that_nothing_follows_is_final(JobState state, bool final)
    {
        Assert.Equal(final, JobLifecycle.IsFinal(state));
        Assert.Equal(final, In(state).IsFinal);
    }

    [Theory]
    [InlineData(Event.Claim, JobState.Leased)]
    [InlineData(Event.Cancel, JobState.Cancelled)]
    public void A_queued_job_takes(Event kind, JobState next) => AssertApplied(JobState.Queued, kind, next);

    [Theory]
    [InlineData(Event.Start, JobState.Running)]
    [InlineData(Event.Succeed, JobState.Succeeded)]
    [InlineData(Event.Exit, JobState.Failed)]
    [InlineData(Event.ExitWithRetry, JobState.Queued)]
    [InlineData(Event.TimeOut, JobState.TimedOut)]
    [InlineData(Event.TimeOutWithRetry, JobState.Queued)]
    [InlineData(Event.ReportCancelled, JobState.Cancelled)]
    [InlineData(Event.Release, JobState.Queued)]
    [InlineData(Event.Cancel, JobState.Cancelled)]
    public void A_leased_job_takes(Event kind, JobState next) => AssertApplied(JobState.Leased, kind, next);

    [Theory]
    [InlineData(Event.Succeed, JobState.Succeeded)]
    [InlineData(Event.Exit, JobState.Failed)]
    [InlineData(Event.ExitWithRetry, JobState.Queued)]
    [InlineData(Event.TimeOut, JobState.TimedOut)]
    [InlineData(Event.TimeOutWithRetry, JobState.Queued)]
    [InlineData(Event.ReportCancelled, JobState.Cancelled)]
    [InlineData(Event.Release, JobState.Queued)]
    [InlineData(Event.Cancel, JobState.Cancelled)]
    public void A_running_job_takes(Event kind, JobState next) => AssertApplied(JobState.Running, kind, next);

    [Fact]
    public void A_start_told_by_another_worker_is_stale()
    {
        var leased = Leased();
        Assert.Equal(new Transition(TransitionStatus.Stale, leased), JobLifecycle.Start(leased, 1, "laptop", T0));
    }

    [Fact]
    public void A_second_start_of_the_same_attempt_changes_nothing()
    {
        var running = Running();
        var again = JobLifecycle.Start(running, 1, "pi", T0.AddSeconds(9));
        Assert.Equal(TransitionStatus.Unchanged, again.Status);
        Assert.Same(running, again.Job);
    }

    [Theory]
    [InlineData(Event.Start)]
    [InlineData(Event.Succeed)]
    [InlineData(Event.Exit)]
    [InlineData(Event.ReportCancelled)]
    [InlineData(Event.Release)]
    public void A_queued_job_has_no_attempt_that_could_report(Event kind) => AssertRefused(Queued(), kind, TransitionStatus.Stale);

    [Theory]
    [InlineData(JobState.Leased)]
    [InlineData(JobState.Running)]
    public void A_job_that_somebody_holds_cannot_be_claimed(JobState state) => AssertRefused(In(state), Event.Claim, TransitionStatus.Stale);

    [Theory]
    [MemberData(nameof(Everything))]
    public void Nothing_moves_a_job_that_has_its_outcome(JobState state, Event kind)
    {
        var job = In(state);
        if (job.IsFinal)
            AssertRefused(job, kind, TransitionStatus.Final);
        else
            Assert.NotEqual(TransitionStatus.Final, Apply(job, kind).Status);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void An_applied_event_makes_a_legal_step(JobState state, Event kind)
    {
        var before = In(state);
        var (status, after) = Apply(before, kind);
        Assert.Equal(status == TransitionStatus.Applied, JobLifecycle.IsLegal(before.State, after.State));
        if (status != TransitionStatus.Applied)
            Assert.Same(before, after);
    }

    private static void AssertApplied(JobState state, Event kind, JobState next)
    {
        var (status, job) = Apply(In(state), kind);
        Assert.Equal((TransitionStatus.Applied, next), (status, job.State));
    }

    private static void AssertRefused(JobStatus job, Event kind, TransitionStatus expected)
    {
        var (status, after) = Apply(job, kind);
        Assert.Equal(expected, status);
        Assert.Same(job, after);
    }

    private static Transition Apply(JobStatus job, Event kind)
    {
        var now = T0.AddSeconds(5);
        return kind switch
        {
            Event.Claim => JobLifecycle.Claim(job, ClaimBy("laptop", now)),
            Event.Start => JobLifecycle.Start(job, job.Attempt, job.Worker, now),
            Event.Release => JobLifecycle.Release(job, job.Attempt, now),
            Event.Cancel => JobLifecycle.Cancel(job, now),
            Event.Succeed => Finish(AttemptOutcome.Succeeded, 1),
            Event.Exit => Finish(AttemptOutcome.Exit, 1),
            Event.ExitWithRetry => Finish(AttemptOutcome.Exit, 2),
            Event.TimeOut => Finish(AttemptOutcome.Timeout, 1),
            Event.TimeOutWithRetry => Finish(AttemptOutcome.Timeout, 2),
            _ => Finish(AttemptOutcome.Cancelled, 2),
        };

        Transition Finish(AttemptOutcome outcome, int attempts) =>
            JobLifecycle.Finish(job, job.Attempt, Report(outcome), RetryAll(attempts), now, 0.5);
    }
}
