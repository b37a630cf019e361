using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Paging;

namespace MiniLambda.Storage.Conformance;

/// <content>Lists, attempts, revisions, and what outlives the process.</content>
public abstract partial class JobStoreConformance
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Pages_show_every_job_once_newest_first(int size)
    {
        var jobs = new List<JobRecord>();
        for (var i = 0; i < 7; i++)
            jobs.Add(await SubmitAsync());

        var seen = await ListAllAsync(new JobQuery([]), size);

        Assert.Equal(jobs.AsEnumerable().Reverse(), seen);
    }

    [Fact]
    public async Task A_job_submitted_between_two_pages_moves_nothing()
    {
        var jobs = new[] { await SubmitAsync(), await SubmitAsync(), await SubmitAsync() };
        var first = await Store.ListAsync(new JobQuery([]), new PageRequest(2), default);

        await SubmitAsync();

        var second = await Store.ListAsync(new JobQuery([]), new PageRequest(2, first.NextToken), default);
        Assert.Equal([jobs[0]], second.Items);
        Assert.Equal("", second.NextToken);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("-1")]
    [InlineData(" 1")]
    public async Task A_foreign_page_token_is_refused(string token)
    {
        var failure = await Assert.ThrowsAsync<FormatException>(
            async () => await Store.ListAsync(new JobQuery([]), new PageRequest(10, token), default));

        Assert.Contains(token, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_show_only_what_matches()
    {
        var other = FunctionName.Parse("other");
        var queued = await SubmitAsync();
        var queuedOther = await SubmitAsync(other, version: 2);
        var leased = await LeaseAsync("w1");
        var succeeded = await LeaseAsync("w2");
        await Store.FinishAsync(succeeded.Id, 1, Success("x"), RetryExits, T0, 0, default);
        var failed = await LeaseAsync("w1");
        await Store.FinishAsync(failed.Id, 1, Failure(), new RetryPolicy { Attempts = 1 }, T0, 0, default);

        await Expect(new JobQuery([JobState.Queued]), queuedOther, queued);
        await Expect(new JobQuery([JobState.Failed, JobState.Queued, JobState.Queued, JobState.Leased]), failed, leased, queuedOther, queued);
        await Expect(new JobQuery([JobState.Running]));
        await Expect(new JobQuery([], Function: other), queuedOther);
        await Expect(new JobQuery([], Function: other, Version: 1));
        await Expect(new JobQuery([], Worker: "w1"), failed, leased);
        await Expect(new JobQuery([JobState.Leased], Hello, 1, "w1"), leased);
        await Expect(new JobQuery([], DeadLettered: true), failed);
        await Expect(new JobQuery([JobState.TimedOut], DeadLettered: true));

        async Task Expect(JobQuery query, params JobRecord[] jobs)
        {
            Assert.Equal(jobs.Select(job => job.Id), (await ListAllAsync(query, 100)).Select(job => job.Id));
            Assert.Equal(jobs.Select(job => job.Id), (await ListAllAsync(query, 1)).Select(job => job.Id));
        }
    }

    [Fact]
    public async Task Lists_show_only_what_was_submitted_within_a_span()
    {
        var jobs = new List<JobRecord>();
        for (var i = 0; i < 60; i++)
            jobs.Add(await SubmitAsync(i % 3 == 0 ? FunctionName.Parse("other") : Hello, createdAt: T0.AddMinutes(i)));
        foreach (var gone in jobs.Where((_, i) => i is >= 20 and < 30).ToList())
        {
            await Store.CancelAsync(gone.Id, T0, default);
            await Store.RemoveAsync(gone.Id, T0, default);
            jobs.Remove(gone);
        }

        var spans = from after in new int?[] { null, -10, 0, 17, 25, 59, 60 } from before in new int?[] { null, 0, 1, 25, 31, 60, 90 } select (after, before);
        foreach (var (after, before) in spans)
        {
            await Expect(new JobQuery([]), job => true);
            await Expect(new JobQuery([JobState.Queued, JobState.Failed]), job => true);
            await Expect(new JobQuery([], Hello), job => job.Function == Hello);

            async Task Expect(JobQuery query, Func<JobRecord, bool> matches)
            {
                var bounded = query with { CreatedAfter = after is { } a ? T0.AddMinutes(a) : null, CreatedBefore = before is { } b ? T0.AddMinutes(b) : null };
                var expected = jobs.Where(matches).Where(job => !(job.CreatedAt < bounded.CreatedAfter) && !(job.CreatedAt >= bounded.CreatedBefore)).Reverse();
                Assert.Equal(expected.Select(job => job.Id), (await ListAllAsync(bounded, 7)).Select(job => job.Id));
            }
        }

        var widest = new JobQuery([]) { CreatedAfter = DateTimeOffset.MinValue, CreatedBefore = DateTimeOffset.MaxValue };
        Assert.Equal(jobs.Count, (await ListAllAsync(widest, 1000)).Count);
    }

    [Fact]
    public async Task Jobs_that_came_at_once_are_listed_by_their_own_moments()
    {
        // Numbered in another order than that of their moments.
        var jobs = new List<JobRecord>();
        foreach (var second in new[] { 3, 1, 4, 0, 2 })
            jobs.Add(await SubmitAsync(createdAt: T0.AddSeconds(second)));

        for (var bound = 0; bound <= 5; bound++)
        {
            var moment = T0.AddSeconds(bound);
            Assert.Equal(jobs.Count(job => job.CreatedAt >= moment), (await ListAllAsync(new JobQuery([]) { CreatedAfter = moment }, 2)).Count);
            Assert.Equal(jobs.Count(job => job.CreatedAt < moment), (await ListAllAsync(new JobQuery([]) { CreatedBefore = moment }, 2)).Count);
        }
    }

    [Fact]
    public async Task A_jobs_input_can_be_read_again()
    {
        var (inline, blob) = (Payload.OfBytes("small"u8.ToArray()), Payload.OfBlob(BlobDigest.Of("large"u8), 1 << 20));
        var (small, large, none) = (await SubmitAsync(input: inline), await SubmitAsync(input: blob), await SubmitAsync());

        Assert.Equal("small"u8.ToArray(), (await Store.ReadInputAsync(small.Id, default))!.Value.Inline.ToArray());
        Assert.Equal(blob, await Store.ReadInputAsync(large.Id, default));
        Assert.Equal(Payload.Empty, await Store.ReadInputAsync(none.Id, default));
        Assert.Null(await Store.ReadInputAsync(_ids.Next(), default));
    }

    [Fact]
    public async Task Every_attempt_stands_in_the_history()
    {
        var job = await LeaseAsync("w1");
        await Store.StartAsync(job.Id, 1, "w1", T0.AddSeconds(1), default);
        await Store.FinishAsync(job.Id, 1, Failure(), RetryExits, T0.AddSeconds(2), 0, default);
        await Store.ClaimAsync(job.Id, ClaimBy("w2"), default);
        await Store.ReleaseAsync(job.Id, 2, T0.AddSeconds(3), default);
        await Store.ClaimAsync(job.Id, ClaimBy("w3"), default);

        var running = await Store.ListAttemptsAsync(job.Id, default);
        await Store.FinishAsync(job.Id, 3, Success("done"), RetryExits, T0.AddSeconds(4), 0, default);
        var final = await Store.ListAttemptsAsync(job.Id, default);

        AttemptRecord first = new(1, "w1", T0, T0.AddSeconds(1), T0.AddSeconds(2), Failure());
        AttemptRecord released = new(2, "w2", T0, null, T0.AddSeconds(3), null);
        Assert.Equal([first, released, new AttemptRecord(3, "w3", T0, null, null, null)], running);
        Assert.Equal([first, released], final.Take(2));
        Assert.Equal((3, AttemptOutcome.Succeeded, T0.AddSeconds(4)), (final[2].Attempt, final[2].Report!.Outcome, final[2].FinishedAt));
        Assert.Equal(3, final.Count);
    }

    [Fact]
    public async Task A_job_cancelled_in_the_queue_keeps_the_attempts_it_had()
    {
        var job = await LeaseAsync();
        await Store.FinishAsync(job.Id, 1, Failure(), RetryExits, T0, 0, default);

        await Store.CancelAsync(job.Id, T0.AddSeconds(1), default);

        Assert.Equal(AttemptOutcome.Exit, Assert.Single(await Store.ListAttemptsAsync(job.Id, default)).Report!.Outcome);
    }

    [Fact]
    public async Task A_job_cancelled_before_its_first_attempt_has_none()
    {
        var job = await SubmitAsync();

        await Store.CancelAsync(job.Id, T0, default);

        Assert.Empty(await Store.ListAttemptsAsync(job.Id, default));
    }

    [Fact]
    public async Task Revisions_only_grow_over_all_jobs_and_restarts()
    {
        var a = await LeaseAsync();
        var b = await SubmitAsync();
        var started = await Store.StartAsync(a.Id, 1, "w1", T0, default);
        var again = await Store.StartAsync(a.Id, 1, "w1", T0, default);
        var cancelled = await Store.CancelAsync(b.Id, T0, default);
        Store = await ReopenAsync();
        var kept = await FindAsync(a.Id);
        var finished = await Store.FinishAsync(a.Id, 1, Success(""), RetryExits, T0, 0, default);

        long[] revisions = [a.Revision, b.Revision, started.Job!.Revision, cancelled.Job!.Revision, finished.Job!.Revision];
        Assert.Equal(revisions.Order().Distinct(), revisions);
        Assert.Equal(started.Job.Revision, again.Job!.Revision);
        Assert.Equal(started.Job, kept);
    }

    [Fact]
    public async Task Everything_that_was_acknowledged_outlives_a_restart()
    {
        var queued = await SubmitAsync(priority: 3);
        var waiting = await LeaseAsync();
        await Store.FinishAsync(waiting.Id, 1, Failure(), RetryExits, T0, 1, default);
        var leased = await LeaseAsync("w7");
        var done = await LeaseAsync();
        await Store.FinishAsync(done.Id, 1, Success("kept"), RetryExits, T0, 0, default);
        var before = await ListAllAsync(new JobQuery([]), 100);

        Store = await ReopenAsync();

        Assert.Equal(before, await ListAllAsync(new JobQuery([]), 100));
        Assert.Equal(queued.Id, Assert.Single(await ReadReadyAsync(T0, null, 10, default)).Id);
        Assert.Equal(T0.AddSeconds(8), await Store.NextDueAsync(default));
        Assert.Equal(new HeldLease(leased.Id, 1, "w7", Lane.DefaultTenant, Hello, 1, false), Assert.Single(await Store.ListLeasesAsync(default)));
        Assert.Equal("kept"u8.ToArray(), (await Store.ReadResultAsync(done.Id, default))!.Value.Inline.ToArray());
        Assert.True((await SubmitAsync()).Sequence > done.Sequence);
    }

    private async Task<List<JobRecord>> ListAllAsync(JobQuery query, int size)
    {
        var jobs = new List<JobRecord>();
        var token = "";
        do
        {
            var page = await Store.ListAsync(query, new PageRequest(size, token), default);
            Assert.True(page.Items.Count <= size);
            jobs.AddRange(page.Items);
            token = page.NextToken;
        }
        while (token.Length > 0);
        return jobs;
    }
}
