using CsCheck;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using static MiniLambda.Domain.Tests.Jobs.JobFixture;

namespace MiniLambda.Domain.Tests.Jobs;

/// <summary>What holds whatever happens to a job in whatever order.</summary>
public sealed class JobLifecyclePropertyTests
{
    private enum Kind
    {
        Claim,
        Start,
        Finish,
        Release,
        Cancel,
    }

    /// <param name="Behind">How many attempts behind (or, when negative, ahead of) the current one the event's fencing token is.</param>
    private sealed record Step(Kind Kind, int Behind, AttemptOutcome Outcome, double Jitter, int Seconds);

    private static readonly Gen<RetryPolicy> Policies = Gen.Select(
        Gen.Int[1, 6], Gen.Int[0, 120], Gen.Int[0, 600], Gen.Enum<RetryCause>().Array[0, 4],
        (attempts, first, max, on) => new RetryPolicy
        {
            Attempts = attempts,
            Backoff = TimeSpan.FromSeconds(first),
            MaxBackoff = TimeSpan.FromSeconds(max),
            On = on,
        });

    // Most events come from the current holder, and cancelling is rare: otherwise few sequences would come far.
    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(Kind.Claim)), (4, Gen.Const(Kind.Start)), (8, Gen.Const(Kind.Finish)), (2, Gen.Const(Kind.Release)),
            (1, Gen.Const(Kind.Cancel))),
        Gen.Frequency((4, Gen.Const(0)), (1, Gen.Int[-2, 3])),
        Gen.Enum<AttemptOutcome>(), Gen.Double[0, 1], Gen.Int[0, 300],
        (kind, behind, outcome, jitter, seconds) => new Step(kind, behind, outcome, jitter, seconds));

    [Fact]
    public void No_sequence_of_events_breaks_the_promises() => Gen.Select(Policies, Steps.Array[1, 40]).Sample(
        (policy, steps) =>
        {
            var (job, now, outcomes, failures) = (Queued(), T0, 0, 0);
            foreach (var step in steps)
            {
                now = now.AddSeconds(step.Seconds);
                var token = job.Attempt - step.Behind;
                var (status, next) = Apply(job, step, token, policy, now);

                AssertFenced(job, step, token, status);
                if (status == TransitionStatus.Applied)
                    Assert.True(JobLifecycle.IsLegal(job.State, next.State), $"{job.State} → {next.State}");
                else
                    Assert.Same(job, next);
                if (status == TransitionStatus.Applied && next.IsFinal)
                    outcomes++;
                if (status == TransitionStatus.Applied && step.Kind == Kind.Finish && next.Failures > job.Failures)
                    failures++;
                AssertConsistent(next, policy, now);
                Assert.InRange(next.Attempt, job.Attempt, job.Attempt + 1);
                job = next;
            }

            Assert.Equal(job.IsFinal ? 1 : 0, outcomes);
            Assert.Equal(failures, job.Failures);
        },
        iter: 5_000);

    [Fact]
    public void A_job_that_always_fails_stops_after_exactly_as_many_attempts_as_the_policy_allows() => Gen.Select(Policies, Gen.Double[0, 1]).Sample(
        (policy, jitter) =>
        {
            policy = policy with { On = [RetryCause.Trap] };
            var job = Queued();
            while (!job.IsFinal)
            {
                job = JobLifecycle.Claim(job, ClaimBy("pi", job.NotBefore)).Job;
                job = JobLifecycle.Finish(job, job.Attempt, Report(AttemptOutcome.Trap), policy, job.NotBefore, jitter).Job;
            }

            Assert.Equal((policy.Attempts, JobState.Failed, true), (job.Attempt, job.State, job.DeadLettered));
        });

    private static void AssertFenced(JobStatus job, Step step, int token, TransitionStatus status)
    {
        if (job.IsFinal)
            Assert.Equal(TransitionStatus.Final, status);
        else if (step.Kind is Kind.Start or Kind.Finish or Kind.Release && (token != job.Attempt || job.State == JobState.Queued))
            Assert.Equal(TransitionStatus.Stale, status);
    }

    private static void AssertConsistent(JobStatus job, RetryPolicy policy, DateTimeOffset now)
    {
        Assert.True(job.Failures <= policy.Attempts, "more failures than the policy allows attempts");
        Assert.True(job.Failures <= job.Attempt, "more failures than attempts");
        Assert.Equal(job.IsFinal, job.State is not (JobState.Queued or JobState.Leased or JobState.Running));
        Assert.True(!job.DeadLettered || job.State is JobState.Failed or JobState.TimedOut, "dead-lettered without having failed");
        if (job.IsFinal)
        {
            Assert.NotNull(job.Report);
            Assert.NotNull(job.FinishedAt);
        }

        if (job.State == JobState.Queued)
            Assert.True(job.NotBefore <= now + policy.MaxBackoff, "waits longer than the policy's longest back-off");
    }

    private static Transition Apply(JobStatus job, Step step, int token, RetryPolicy policy, DateTimeOffset now) => step.Kind switch
    {
        Kind.Claim => JobLifecycle.Claim(job, ClaimBy("pi", now)),
        Kind.Start => JobLifecycle.Start(job, token, "pi", now),
        Kind.Release => JobLifecycle.Release(job, token, now),
        Kind.Cancel => JobLifecycle.Cancel(job, now),
        _ => JobLifecycle.Finish(job, token, Report(step.Outcome), policy, now, step.Jitter),
    };
}
