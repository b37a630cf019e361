using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Conformance;

/// <content>Lanes, delays, times to live, idempotency keys, second lives and removal.</content>
public abstract partial class JobStoreConformance
{
    private static readonly Lane Attic = new(Lane.DefaultTenant, "attic");
    private static readonly Lane Photos = new("photos", "");

    [Fact]
    public async Task Each_lane_is_a_queue_of_its_own()
    {
        var here = await SubmitAsync();
        var attic = await SubmitAsync(New() with { Lane = Attic });
        var photos = await SubmitAsync(New() with { Lane = Photos });

        Assert.Equal([here.Id], (await Store.ReadReadyAsync(Anywhere, null, 10, default)).Select(job => job.Id));
        Assert.Equal([attic.Id], (await Store.ReadReadyAsync(Attic, null, 10, default)).Select(job => job.Id));
        Assert.Equal([photos.Id], (await Store.ReadReadyAsync(Photos, null, 10, default)).Select(job => job.Id));
        Assert.Empty(await Store.ReadReadyAsync(new Lane("nobody", ""), null, 10, default));
        Assert.Equal(Attic, (await FindAsync(attic.Id)).Lane);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public async Task Lanes_that_hold_ready_jobs_are_listed_once(int size)
    {
        foreach (var lane in new[] { Anywhere, Attic, Anywhere, Photos, Attic })
            await SubmitAsync(New() with { Lane = lane });
        await SubmitAsync(New() with { Lane = new Lane("later", ""), NotBefore = T0.AddHours(1) });
        await SubmitAsync(New() with { Lane = new Lane("leased", "") }, ClaimBy("w"));

        var lanes = new List<Lane>();
        var token = "";
        do
        {
            var page = await Store.ListReadyLanesAsync(new PageRequest(size, token), default);
            lanes.AddRange(page.Items);
            token = page.NextToken;
        }
        while (token.Length > 0);

        Assert.Equal([Anywhere, Attic, Photos], lanes);
    }

    [Fact]
    public async Task Whoever_came_long_before_is_not_overtaken_by_priority()
    {
        var old = await SubmitAsync(New(priority: -100));
        var young = await SubmitAsync(New(priority: 100) with { CreatedAt = T0 + (200 * JobRank.HeadStart) + TimeSpan.FromTicks(1) });
        var rival = await SubmitAsync(New(priority: 100) with { CreatedAt = T0 + (200 * JobRank.HeadStart) - TimeSpan.FromTicks(1) });

        Assert.Equal([rival.Id, old.Id, young.Id], (await Store.ReadReadyAsync(Anywhere, null, 10, default)).Select(job => job.Id));
    }

    [Fact]
    public async Task The_jobs_before_one_are_counted_no_further_than_asked()
    {
        for (var i = 0; i < 20; i++)
            await SubmitAsync();
        var last = await SubmitAsync();
        var place = new ReadyCursor(JobRank.Of(T0, 0), last.Sequence);

        Assert.Equal(20, await Store.CountReadyAsync(Anywhere, place, 100, default));
        Assert.Equal(7, await Store.CountReadyAsync(Anywhere, place, 7, default));
        Assert.Equal(0, await Store.CountReadyAsync(Attic, place, 100, default));
    }

    [Fact]
    public async Task A_delayed_job_is_ready_when_its_moment_has_come()
    {
        var job = await SubmitAsync(New() with { NotBefore = T0.AddMinutes(10) });

        Assert.Equal(T0.AddMinutes(10), await Store.NextDueAsync(default));
        Assert.Empty(await ReadReadyAsync(T0.AddMinutes(10).AddTicks(-1), null, 10, default));
        Assert.Equal(job.Id, Assert.Single(await ReadReadyAsync(T0.AddMinutes(10), null, 10, default)).Id);
    }

    [Fact]
    public async Task A_job_that_was_let_in_says_in_which_lane()
    {
        await SubmitAsync(New() with { Lane = Attic, NotBefore = T0.AddMinutes(10) });
        await SubmitAsync(New() with { Lane = Photos, NotBefore = T0.AddMinutes(5) });

        Assert.Equal([Photos], await Store.AdmitDueAsync(T0.AddMinutes(10), 1, default));
        Assert.Equal([Attic], await Store.AdmitDueAsync(T0.AddMinutes(10), 10, default));
        Assert.Empty(await Store.AdmitDueAsync(T0.AddMinutes(10), 10, default));
    }

    [Fact]
    public async Task A_job_that_nobody_took_in_its_time_fails_for_good()
    {
        var job = await SubmitAsync(New() with { ExpiresAt = T0.AddMinutes(1) });
        var taken = await SubmitAsync(New() with { ExpiresAt = T0.AddMinutes(1) }, ClaimBy("w"));

        Assert.Equal(T0.AddMinutes(1), await Store.NextExpiryAsync(default));
        Assert.Empty(await Store.ExpireAsync(T0.AddMinutes(1).AddTicks(-1), 10, default));
        Assert.Null(await Store.ClaimAsync(job.Id, new LeaseClaim("w", T0.AddMinutes(1)), default));
        var expired = Assert.Single(await Store.ExpireAsync(T0.AddMinutes(1), 10, default)).Job!;

        Assert.Equal((job.Id, JobState.Failed, AttemptOutcome.Expired, true), (expired.Id, expired.Status.State, expired.Status.Report!.Outcome, expired.Status.DeadLettered));
        Assert.Equal(JobState.Leased, (await FindAsync(taken.Id)).Status.State);
        Assert.Null(await Store.NextExpiryAsync(default));
        Assert.Empty(await Store.ListAttemptsAsync(job.Id, default));
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_is_the_same_job()
    {
        var job = await SubmitAsync(WithKey("k", "one"));

        Assert.Equal(new Submission(SubmissionStatus.Repeated, job), await Store.SubmitAsync(WithKey("k", "one"), null, true, default));
        Assert.Equal(new Submission(SubmissionStatus.KeyTaken, job), await Store.SubmitAsync(WithKey("k", "two"), null, true, default));
        Assert.Equal(SubmissionStatus.Accepted, (await Store.SubmitAsync(WithKey("k", "one") with { Lane = Photos }, null, true, default)).Status);
        Store = await ReopenAsync();
        Assert.Equal(SubmissionStatus.Repeated, (await Store.SubmitAsync(WithKey("k", "one"), null, true, default)).Status);
        Assert.Equal(2, (await ListAllAsync(new JobQuery([]), 10)).Count);
    }

    [Fact]
    public async Task A_key_is_free_again_after_its_time()
    {
        await SubmitAsync(WithKey("k", "one"));

        var later = WithKey("k", "two") with { CreatedAt = T0.AddDays(1) };

        Assert.Equal(SubmissionStatus.Accepted, (await Store.SubmitAsync(later, null, true, default)).Status);
    }

    [Fact]
    public async Task Of_many_equal_requests_at_once_one_makes_the_job()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Store.SubmitAsync(WithKey("k", "one"), null, true, default)));

        Assert.Single(answers, answer => answer.Status == SubmissionStatus.Accepted);
        Assert.Single(answers.Select(answer => answer.Job.Id).Distinct());
    }

    [Fact]
    public async Task A_job_that_failed_runs_once_more_when_somebody_asks()
    {
        var job = await LeaseAsync("w1");
        await Store.FinishAsync(job.Id, 1, Failure(), new Domain.Functions.RetryPolicy { Attempts = 1 }, T0, 0, default);

        var retried = await Store.RetryAsync(job.Id, T0.AddMinutes(1), default);
        await Store.ClaimAsync(job.Id, ClaimBy("w2"), default);
        await Store.FinishAsync(job.Id, 2, Success("done"), RetryExits, T0.AddMinutes(2), 0, default);

        Assert.Equal((JobState.Failed, JobState.Queued, false, 0), (retried.From, retried.Job!.Status.State, retried.Job.Status.DeadLettered, retried.Job.Status.Failures));
        Assert.Equal(
            [(1, AttemptOutcome.Exit), (2, AttemptOutcome.Succeeded)],
            (await Store.ListAttemptsAsync(job.Id, default)).Select(attempt => (attempt.Attempt, attempt.Report!.Outcome)));
        Assert.Equal(TransitionStatus.Final, (await Store.RetryAsync(job.Id, T0, default)).Status);
    }

    [Fact]
    public async Task A_cancelled_job_that_never_ran_can_run_once_more()
    {
        var job = await SubmitAsync();
        await Store.CancelAsync(job.Id, T0, default);

        await Store.RetryAsync(job.Id, T0, default);

        Assert.Equal(job.Id, Assert.Single(await Store.ReadReadyAsync(Anywhere, null, 10, default)).Id);
        Assert.Empty(await Store.ListAttemptsAsync(job.Id, default));
    }

    [Fact]
    public async Task A_removed_job_is_gone_with_its_attempts()
    {
        var job = await LeaseAsync();
        Assert.Equal(TransitionStatus.Stale, (await Store.RemoveAsync(job.Id, T0, default)).Status);
        await Store.FinishAsync(job.Id, 1, Failure(), RetryExits, T0, 0, default);
        await Store.CancelAsync(job.Id, T0, default);

        Assert.Equal(TransitionStatus.Applied, (await Store.RemoveAsync(job.Id, T0, default)).Status);

        Assert.Null(await Store.FindAsync(job.Id, default));
        Assert.Empty(await Store.ListAttemptsAsync(job.Id, default));
        Assert.Equal(TransitionStatus.NotFound, (await Store.RemoveAsync(job.Id, T0, default)).Status);
    }

    [Fact]
    public async Task Lists_can_be_of_one_tenant()
    {
        await SubmitAsync();
        var job = await SubmitAsync(New() with { Lane = Photos });
        var other = await SubmitAsync(New() with { Lane = Photos with { Placement = "attic" } });

        Assert.Equal([other.Id, job.Id], (await ListAllAsync(new JobQuery([], Tenant: "photos"), 10)).Select(j => j.Id));
        Assert.Empty(await ListAllAsync(new JobQuery([], Tenant: "nobody"), 10));
    }

    private NewJob WithKey(string key, string request) => New() with
    {
        Idempotency = new Idempotency(key, BlobDigest.Of(System.Text.Encoding.UTF8.GetBytes(request)), T0.AddDays(1)),
    };
}
