using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Conformance;

/// <content>The queue: who is next, who waits, who holds a lease.</content>
public abstract partial class JobStoreConformance
{
    [Fact]
    public async Task Ready_jobs_come_by_priority_and_then_in_order_of_submission()
    {
        var a = await SubmitAsync();
        var b = await SubmitAsync(priority: 5);
        var c = await SubmitAsync();
        var d = await SubmitAsync(priority: -5);
        var e = await SubmitAsync(priority: 5);

        var ready = await ReadReadyAsync(T0, null, 10, default);

        Assert.Equal([b.Id, e.Id, a.Id, c.Id, d.Id], ready.Select(job => job.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task The_cursor_goes_through_all_ready_jobs_once(int limit)
    {
        for (var i = 0; i < 20; i++)
            await SubmitAsync(priority: i % 3);
        var all = await ReadReadyAsync(T0, null, 100, default);

        var seen = new List<ReadyJob>();
        ReadyCursor? after = null;
        while (await ReadReadyAsync(T0, after, limit, default) is { Count: > 0 } some)
        {
            Assert.True(some.Count <= limit);
            seen.AddRange(some);
            after = new ReadyCursor(some[^1].Rank, some[^1].Sequence);
        }

        Assert.Equal(20, all.Count);
        Assert.Equal(all, seen);
    }

    [Fact]
    public async Task A_ready_job_says_what_it_runs()
    {
        var job = await SubmitAsync(version: 4, overrides: new JobOverrides { Entry = "other" }, priority: 2);

        var ready = Assert.Single(await ReadReadyAsync(T0, null, 10, default));

        Assert.Equal(new ReadyJob(job.Id, job.Sequence, JobRank.Of(T0, 2), Hello, 4, job.Overrides, Anywhere), ready);
    }

    [Fact]
    public async Task A_job_that_waits_out_a_back_off_is_not_ready_before_its_time()
    {
        var job = await LeaseAsync();
        await Store.FinishAsync(job.Id, 1, Failure(), RetryExits, T0, 1, default);
        var other = await SubmitAsync();
        var due = T0.AddSeconds(8);

        Assert.Equal(due, await Store.NextDueAsync(default));
        Assert.Equal([other.Id], (await ReadReadyAsync(due.AddTicks(-1), null, 10, default)).Select(j => j.Id));
        Assert.Equal([job.Id, other.Id], (await ReadReadyAsync(due, null, 10, default)).Select(j => j.Id));
        Assert.Null(await Store.NextDueAsync(default));
    }

    [Fact]
    public async Task Every_waiting_job_becomes_ready_when_its_time_has_come()
    {
        const int count = 1500;
        var jobs = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => LeaseAsync()));
        await Task.WhenAll(jobs.Select(job => Store.FinishAsync(job.Id, 1, Failure(), RetryExits, T0, 0, default)));

        Assert.Empty(await ReadReadyAsync(T0, null, count, default));
        Assert.Equal(count, (await ReadReadyAsync(T0.AddMinutes(1), null, 2 * count, default)).Count);
    }

    [Fact]
    public async Task A_back_off_is_shortened_and_a_delay_that_was_asked_for_stands()
    {
        var failed = await LeaseAsync();
        await Store.FinishAsync(failed.Id, 1, Failure(), RetryExits, T0, 1, default);
        var delayed = await SubmitAsync(New() with { NotBefore = T0.AddSeconds(6) });

        Assert.Equal(1, await Store.ShortenBackoffsAsync(TimeSpan.FromSeconds(5), default));

        Assert.Equal([failed.Id], (await ReadReadyAsync(T0.AddSeconds(3), null, 10, default)).Select(j => j.Id));
        Assert.Equal(T0.AddSeconds(6), await Store.NextDueAsync(default));
        Assert.Equal(T0.AddSeconds(6), (await Store.FindAsync(delayed.Id, default))!.Status.NotBefore);
    }

    [Fact]
    public async Task The_next_due_job_is_the_one_whose_time_comes_first()
    {
        foreach (var jitter in new[] { 1.0, 0.5, 0.75 })
        {
            var job = await LeaseAsync();
            await Store.FinishAsync(job.Id, 1, Failure(), RetryExits, T0, jitter, default);
        }

        Assert.Equal(T0.AddSeconds(6), await Store.NextDueAsync(default));
        Assert.Single(await Store.AdmitDueAsync(T0.AddSeconds(6), 10, default));
        Assert.Equal(T0.AddSeconds(7), await Store.NextDueAsync(default));
    }

    [Fact]
    public async Task A_waiting_job_that_is_cancelled_is_due_no_more()
    {
        var job = await LeaseAsync();
        await Store.FinishAsync(job.Id, 1, Failure(), RetryExits, T0, 1, default);

        await Store.CancelAsync(job.Id, T0, default);

        Assert.Null(await Store.NextDueAsync(default));
        Assert.Empty(await ReadReadyAsync(T0.AddDays(1), null, 10, default));
    }

    [Fact]
    public async Task Every_lease_that_stands_is_listed()
    {
        var leased = await LeaseAsync("w1");
        var running = await LeaseAsync("w2");
        await Store.StartAsync(running.Id, 1, "w2", T0, default);
        var done = await LeaseAsync("w1");
        await Store.FinishAsync(done.Id, 1, Success(""), RetryExits, T0, 0, default);
        await SubmitAsync();

        var leases = await Store.ListLeasesAsync(default);

        Assert.Equal(
            [new HeldLease(leased.Id, 1, "w1", Lane.DefaultTenant, Hello, 1, false), new HeldLease(running.Id, 1, "w2", Lane.DefaultTenant, Hello, 1, true)],
            leases.OrderBy(lease => lease.Worker));
    }

    [Fact]
    public async Task Jobs_that_are_not_final_are_counted_by_tenant_and_state()
    {
        await SubmitAsync();
        await SubmitAsync();
        await LeaseAsync();
        var running = await LeaseAsync();
        await Store.StartAsync(running.Id, 1, "w1", T0, default);
        await Store.CancelAsync((await SubmitAsync()).Id, T0, default);

        var other = New(input: Payload.OfBytes("12345"u8.ToArray())) with { Lane = new Lane("photos", "") };
        await SubmitAsync(other);

        var counts = await Store.CountAsync(default);

        Assert.Equal(new TenantTotals(2, 1, 1, 0), counts[Lane.DefaultTenant]);
        Assert.Equal(new TenantTotals(1, 0, 0, 5), counts["photos"]);
        Assert.Equal(2, counts.Count);
    }
}
