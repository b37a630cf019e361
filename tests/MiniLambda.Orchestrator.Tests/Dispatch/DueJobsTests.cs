using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Dispatch;

namespace MiniLambda.Orchestrator.Tests.Dispatch;

/// <summary>Which jobs have to wait for their moment, on a clock that is set back by an hour while they are stored.</summary>
public sealed class DueJobsTests : IDisposable
{
    private readonly SetClock _clock = new();
    private readonly DueJobs _due;

    // Nothing becomes due here, so that nothing is asked for.
    public DueJobsTests() => _due = new DueJobs(null!, null!, _clock, static _ => { }, NullLogger.Instance);

    public void Dispose() => _due.Dispose();

    [Fact]
    public void One_that_was_not_told_to_wait_may_run()
    {
        var job = Job(delay: default);
        _clock.Set(TimeSpan.FromHours(-1));
        Assert.False(_due.Note(job));
    }

    [Fact]
    public void One_that_a_worker_handed_back_may_run()
    {
        var job = Job(delay: default);
        _clock.Pass(TimeSpan.FromMinutes(1));
        var now = _clock.GetUtcNow();
        job = job with { Status = job.Status with { Attempt = 1, Failures = 0, NotBefore = now, FinishedAt = now } };
        _clock.Set(TimeSpan.FromHours(-1));
        Assert.False(_due.Note(job));
    }

    [Fact]
    public void One_that_is_to_run_once_more_may_run()
    {
        var job = Job(delay: default);
        var failed = job with { Status = job.Status with { State = JobState.Failed, Attempt = 2, Failures = 2, DeadLettered = true, FinishedAt = _clock.GetUtcNow() } };
        _clock.Pass(TimeSpan.FromMinutes(1));
        var again = failed with { Status = JobLifecycle.Retry(failed.Status, _clock.GetUtcNow()).Job };
        _clock.Set(TimeSpan.FromHours(-1));
        Assert.False(_due.Note(again));
    }

    [Fact]
    public void One_that_is_delayed_or_waits_out_a_back_off_waits()
    {
        var delayed = Job(delay: TimeSpan.FromMinutes(1));
        var failed = Job(delay: default);
        failed = failed with { Status = failed.Status with { Attempt = 1, Failures = 1, NotBefore = _clock.GetUtcNow().AddSeconds(5), FinishedAt = _clock.GetUtcNow() } };
        _clock.Set(TimeSpan.FromHours(-1));
        Assert.True(_due.Note(delayed));
        Assert.True(_due.Note(failed));
    }

    private JobRecord Job(TimeSpan delay) => new(
        default, 1, 1, FunctionName.Parse("f"), 1, JobOverrides.None, 0, 0, _clock.GetUtcNow(),
        new JobStatus { State = JobState.Queued, NotBefore = _clock.GetUtcNow() + delay }, new Lane(Lane.DefaultTenant, ""));
}
