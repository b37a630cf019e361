using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using static MiniLambda.Domain.Tests.Jobs.JobFixture;

namespace MiniLambda.Domain.Tests.Jobs;

/// <summary>What a job's status says after each event.</summary>
public sealed class JobLifecycleTests
{
    [Fact]
    public void A_new_job_may_run_at_once_and_has_no_attempt()
    {
        var job = JobStatus.NewlyQueued(T0);
        Assert.Equal((JobState.Queued, 0, 0, T0), (job.State, job.Attempt, job.Failures, job.NotBefore));
        Assert.Equal("", job.Worker);
        Assert.Null(job.Report);
        Assert.False(job.IsFinal);
        Assert.False(job.DeadLettered);
    }

    [Fact]
    public void A_claim_numbers_the_attempt_and_names_the_holder_until_the_lease_runs_out()
    {
        var job = JobLifecycle.Claim(Queued(), new LeaseClaim("pi", T0.AddSeconds(3))).Job;
        Assert.Equal((1, "pi", T0.AddSeconds(3)), (job.Attempt, job.Worker, job.LeasedAt!.Value));
        Assert.Null(job.StartedAt);
        Assert.Null(job.FinishedAt);
    }

    [Fact]
    public void A_claim_after_a_failed_attempt_begins_anew_but_keeps_the_last_report()
    {
        var failed = Finish(Running(), AttemptOutcome.Exit, RetryAll(2)).Job;
        var second = JobLifecycle.Claim(failed, ClaimBy("laptop", T0.AddMinutes(1))).Job;
        Assert.Equal((2, "laptop"), (second.Attempt, second.Worker));
        Assert.Null(second.StartedAt);
        Assert.Null(second.FinishedAt);
        Assert.Equal(AttemptOutcome.Exit, second.Report!.Outcome);
    }

    [Fact]
    public void Stale_fencing_token_is_refused()
    {
        var lost = Finish(Running(), AttemptOutcome.WorkerLost, RetryAll(3)).Job;
        var second = JobLifecycle.Claim(lost, ClaimBy("laptop", T0.AddMinutes(1))).Job;

        Assert.Equal(TransitionStatus.Stale, Finish(second, AttemptOutcome.Succeeded, RetryAll(3), attempt: 1).Status);
        Assert.Equal(TransitionStatus.Stale, JobLifecycle.Start(second, 1, "pi", T0).Status);
        Assert.Equal(TransitionStatus.Stale, JobLifecycle.Release(second, 1, T0).Status);
        Assert.Equal(TransitionStatus.Applied, Finish(second, AttemptOutcome.Succeeded, RetryAll(3), attempt: 2).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_token_that_was_never_given_is_refused(int attempt) =>
        Assert.Equal(TransitionStatus.Stale, Finish(Running(), AttemptOutcome.Succeeded, NoRetry, attempt).Status);

    [Fact]
    public void A_worker_whose_lease_ran_out_cannot_bring_its_result_any_more()
    {
        var expired = Finish(Leased(), AttemptOutcome.WorkerLost, RetryAll(2)).Job;
        Assert.Equal(JobState.Queued, expired.State);
        Assert.Equal(TransitionStatus.Stale, Finish(expired, AttemptOutcome.Succeeded, RetryAll(2), attempt: 1).Status);
    }

    [Theory]
    [InlineData(RetryCause.Exit, AttemptOutcome.Exit)]
    [InlineData(
        RetryCause.Trap, AttemptOutcome.Trap, AttemptOutcome.MemoryLimit, AttemptOutcome.FuelLimit, AttemptOutcome.OutputLimit, AttemptOutcome.ScratchLimit,
        AttemptOutcome.OpenFilesLimit)]
    [InlineData(RetryCause.Timeout, AttemptOutcome.Timeout)]
    [InlineData(RetryCause.WorkerLost, AttemptOutcome.WorkerLost, AttemptOutcome.WorkerFailed, AttemptOutcome.HostDied)]
    public void A_failure_is_tried_again_when_the_policy_names_its_cause(RetryCause cause, params AttemptOutcome[] outcomes)
    {
        var policy = RetryAll(5) with { On = [cause] };
        foreach (var outcome in Enum.GetValues<AttemptOutcome>())
            Assert.Equal(outcomes.Contains(outcome), Finish(Running(), outcome, policy).Job.State == JobState.Queued);
    }

    [Fact]
    public void By_default_only_a_lost_worker_is_made_up_for()
    {
        Assert.Equal(JobState.Failed, Finish(Running(), AttemptOutcome.Exit, RetryPolicy.Default).Job.State);
        Assert.Equal(JobState.TimedOut, Finish(Running(), AttemptOutcome.Timeout, RetryPolicy.Default).Job.State);
        Assert.Equal(JobState.Queued, Finish(Running(), AttemptOutcome.WorkerLost, RetryPolicy.Default).Job.State);
    }

    [Fact]
    public void A_bad_module_is_never_tried_again() =>
        Assert.Equal(JobState.Failed, Finish(Running(), AttemptOutcome.BadModule, RetryAll(100)).Job.State);

    [Fact]
    public void An_outcome_that_a_newer_worker_made_up_fails_the_job() =>
        Assert.Equal(JobState.Failed, Finish(Running(), (AttemptOutcome)99, RetryAll(100)).Job.State);

    [Fact]
    public void Waits_between_attempts_double_up_to_the_cap()
    {
        var policy = RetryAll(7);
        var (job, now) = (Queued(), T0);
        var waits = new List<double>();
        while (!job.IsFinal)
        {
            job = JobLifecycle.Claim(job, ClaimBy("pi", now)).Job;
            job = JobLifecycle.Finish(job, job.Attempt, Report(AttemptOutcome.Exit), policy, now, jitter: 1).Job;
            waits.Add((job.NotBefore - now).TotalSeconds);
            now = job.NotBefore;
        }

        Assert.Equal([2, 4, 8, 16, 16, 16], waits[..6]);
        Assert.Equal((7, 7), (job.Attempt, job.Failures));
    }

    [Theory]
    [InlineData(AttemptOutcome.Exit, true)]
    [InlineData(AttemptOutcome.Timeout, true)]
    [InlineData(AttemptOutcome.BadModule, true)]
    [InlineData(AttemptOutcome.WorkerLost, true)]
    [InlineData(AttemptOutcome.Succeeded, false)]
    [InlineData(AttemptOutcome.Cancelled, false)]
    public void What_failed_for_good_is_dead_lettered(AttemptOutcome outcome, bool deadLettered) =>
        Assert.Equal(deadLettered, Ended(outcome).DeadLettered);

    [Fact]
    public void An_attempt_that_is_tried_again_is_not_dead_lettered() =>
        Assert.False(Finish(Running(), AttemptOutcome.Exit, RetryAll(2)).Job.DeadLettered);

    [Fact]
    public void A_worker_that_hands_an_attempt_back_costs_the_job_nothing()
    {
        var (job, now) = (Queued(), T0);
        for (var i = 1; i <= 10; i++)
        {
            now = now.AddSeconds(1);
            job = JobLifecycle.Claim(job, ClaimBy("pi", now)).Job;
            job = JobLifecycle.Release(job, i, now).Job;
            Assert.Equal((JobState.Queued, i, 0, now), (job.State, job.Attempt, job.Failures, job.NotBefore));
        }

        job = JobLifecycle.Claim(job, ClaimBy("pi", now)).Job;
        Assert.Equal(JobState.Queued, Finish(job, AttemptOutcome.Exit, RetryAll(2)).Job.State);
    }

    [Fact]
    public void A_released_attempt_is_stale_at_once()
    {
        var released = JobLifecycle.Release(Running(), 1, T0.AddSeconds(2)).Job;
        Assert.Equal(TransitionStatus.Stale, Finish(released, AttemptOutcome.Succeeded, NoRetry, attempt: 1).Status);
        Assert.Equal(TransitionStatus.Stale, JobLifecycle.Release(released, 1, T0.AddSeconds(3)).Status);
    }

    [Fact]
    public void A_cancelled_job_keeps_that_outcome_whatever_its_worker_says_later()
    {
        var cancelled = JobLifecycle.Cancel(Running(), T0.AddSeconds(2)).Job;
        Assert.Equal((AttemptOutcome.Cancelled, "cancelled"), (cancelled.Report!.Outcome, cancelled.Report.Message));
        Assert.Equal(T0.AddSeconds(2), cancelled.FinishedAt);
        Assert.Equal(TransitionStatus.Final, Finish(cancelled, AttemptOutcome.Succeeded, NoRetry).Status);
    }

    [Fact]
    public void An_attempt_too_short_to_be_reported_as_started_still_has_a_start()
    {
        var report = Report(AttemptOutcome.Succeeded) with { Usage = new AttemptUsage { Run = TimeSpan.FromMilliseconds(3) } };
        var job = JobLifecycle.Finish(Leased(), 1, report, NoRetry, T0.AddSeconds(1), 0).Job;
        Assert.Equal(T0.AddMilliseconds(997), job.StartedAt);
    }

    [Fact]
    public void An_attempt_that_never_ran_has_no_start() =>
        Assert.Null(Finish(Leased(), AttemptOutcome.BadModule, NoRetry).Job.StartedAt);

    [Fact]
    public void The_reported_start_stands() => Assert.Equal(T0.AddSeconds(1), Ended(AttemptOutcome.Succeeded).StartedAt);

    private static Transition Finish(JobStatus job, AttemptOutcome outcome, RetryPolicy policy, int? attempt = null) =>
        JobLifecycle.Finish(job, attempt ?? job.Attempt, Report(outcome), policy, T0.AddSeconds(2), 0.5);

    [Fact]
    public void A_job_that_is_not_taken_in_its_time_fails_and_says_so()
    {
        var job = Queued() with { ExpiresAt = T0.AddMinutes(1) };
        Assert.Equal(TransitionStatus.Stale, JobLifecycle.Expire(job, T0.AddMinutes(1).AddTicks(-1)).Status);
        Assert.Equal(TransitionStatus.Stale, JobLifecycle.Claim(job, ClaimBy("pi", T0.AddMinutes(1))).Status);
        var expired = JobLifecycle.Expire(job, T0.AddMinutes(1)).Job;
        Assert.Equal((JobState.Failed, AttemptOutcome.Expired, true), (expired.State, expired.Report!.Outcome, expired.DeadLettered));
    }

    [Fact]
    public void A_job_that_runs_does_not_expire()
    {
        var job = JobLifecycle.Claim(Queued() with { ExpiresAt = T0.AddMinutes(1) }, ClaimBy("pi", T0)).Job;
        Assert.Equal(TransitionStatus.Stale, JobLifecycle.Expire(job, T0.AddHours(1)).Status);
    }

    [Fact]
    public void A_failure_whose_next_attempt_would_come_too_late_is_the_last()
    {
        var job = Running() with { ExpiresAt = T0 };
        var failed = Finish(job, AttemptOutcome.Exit, RetryAll(5)).Job;
        Assert.Equal((JobState.Failed, AttemptOutcome.Exit), (failed.State, failed.Report!.Outcome));
    }

    [Fact]
    public void A_job_that_keeps_taking_down_what_runs_it_is_quarantined_whatever_its_policy()
    {
        var job = Running();
        for (var crash = 1; crash < JobLifecycle.MaxCrashes; crash++)
        {
            var next = Crash(job);
            Assert.Equal((JobState.Queued, crash), (next.State, next.Crashes));
            job = JobLifecycle.Claim(next, ClaimBy("pi", T0.AddHours(crash))).Job;
        }

        var last = Crash(job);
        Assert.Equal((JobState.Failed, true), (last.State, last.DeadLettered));
        Assert.StartsWith("quarantined: 3 attempts took down what ran them; the last: ", last.Report!.Message, StringComparison.Ordinal);

        static JobStatus Crash(JobStatus job) => JobLifecycle.Finish(
            job, job.Attempt, AttemptReport.Failure(AttemptOutcome.WorkerLost, "worker 'pi' was restarted") with { Crashed = true }, RetryAll(100), T0, 0).Job;
    }

    [Fact]
    public void A_job_that_failed_lives_once_more_and_its_old_tokens_stay_stale()
    {
        var failed = Finish(Running(), AttemptOutcome.Exit, NoRetry).Job;
        var again = JobLifecycle.Retry(failed, T0.AddHours(1)).Job;
        Assert.Equal((JobState.Queued, 0, false, failed.Attempt), (again.State, again.Failures, again.DeadLettered, again.Attempt));
        var second = JobLifecycle.Claim(again, ClaimBy("pi", T0.AddHours(1))).Job;
        Assert.Equal(failed.Attempt + 1, second.Attempt);
        Assert.Equal(TransitionStatus.Stale, Finish(second, AttemptOutcome.Succeeded, NoRetry, failed.Attempt).Status);
    }

    [Fact]
    public void Only_what_failed_or_was_cancelled_lives_once_more()
    {
        Assert.Equal(TransitionStatus.Stale, JobLifecycle.Retry(Queued(), T0).Status);
        Assert.Equal(TransitionStatus.Stale, JobLifecycle.Retry(Running(), T0).Status);
        Assert.Equal(TransitionStatus.Final, JobLifecycle.Retry(Finish(Running(), AttemptOutcome.Succeeded, NoRetry).Job, T0).Status);
        Assert.Equal(TransitionStatus.Applied, JobLifecycle.Retry(JobLifecycle.Cancel(Queued(), T0).Job, T0).Status);
    }
}
