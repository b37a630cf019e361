using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Conformance;

/// <content>What goes when its time is over, and what stays.</content>
public abstract partial class JobStoreConformance
{
    private static readonly RetryPolicy Once = new() { Attempts = 1 };

    [Fact]
    public async Task Only_jobs_that_ended_before_the_moment_are_collected()
    {
        var old = await SucceedAsync(T0);
        var young = await SucceedAsync(T0.AddMinutes(1));
        var queued = await SubmitAsync();
        var leased = await LeaseAsync();
        var retrying = await LeaseAsync();
        await Store.FinishAsync(retrying.Id, 1, Failure(), RetryExits, T0, 0, default);
        var cancelled = await SubmitAsync();
        await Store.CancelAsync(cancelled.Id, T0, default);

        Assert.Empty(await CollectAsync(T0));
        var collected = await CollectAsync(T0.AddMinutes(1));

        Assert.Equal([old.Id, cancelled.Id], collected.Select(job => job.Id));
        Assert.Null(await Store.FindAsync(old.Id, default));
        Assert.Null(await Store.ReadResultAsync(old.Id, default));
        Assert.Empty(await Store.ListAttemptsAsync(old.Id, default));
        foreach (var kept in (JobRecord[])[young, queued, leased, retrying])
            Assert.NotNull(await Store.FindAsync(kept.Id, default));
    }

    [Fact]
    public async Task A_collected_job_is_told_as_it_last_stood()
    {
        var job = await SucceedAsync(T0);
        var last = await FindAsync(job.Id);

        Assert.Equal(last, Assert.Single(await CollectAsync(T0.AddDays(1))));
    }

    [Fact]
    public async Task Dead_letters_are_kept_for_a_time_of_their_own()
    {
        var dead = await LeaseAsync();
        await Store.FinishAsync(dead.Id, 1, Failure(), Once, T0, 0, default);

        Assert.Empty(await Store.CollectAsync(T0.AddDays(9), deadBefore: T0, 10, T0, default));
        Assert.Equal(dead.Id, Assert.Single(await Store.CollectAsync(T0, deadBefore: T0.AddTicks(1), 10, T0, default)).Id);
    }

    [Fact]
    public async Task Steps_take_the_oldest_first_and_no_more_than_asked()
    {
        var jobs = new List<JobId>();
        foreach (var minute in (int[])[3, 1, 2, 0])
            jobs.Add((await SucceedAsync(T0.AddMinutes(minute))).Id);
        var dead = await LeaseAsync();
        await Store.FinishAsync(dead.Id, 1, Failure(), Once, T0, 0, default);

        Assert.Equal([jobs[3], jobs[1], jobs[2]], (await CollectAsync(T0.AddDays(1), 3)).Select(job => job.Id));
        Assert.Equal([jobs[0], dead.Id], (await CollectAsync(T0.AddDays(1), 3)).Select(job => job.Id));
        Assert.Empty(await CollectAsync(T0.AddDays(1), 3));
    }

    [Fact]
    public async Task A_job_that_was_redriven_is_not_collected_although_it_had_ended()
    {
        var job = await LeaseAsync();
        await Store.FinishAsync(job.Id, 1, Failure(), Once, T0, 0, default);
        await Store.RetryAsync(job.Id, T0, default);

        Assert.Empty(await CollectAsync(T0.AddDays(99)));
    }

    [Fact]
    public async Task A_sequence_is_never_used_again()
    {
        var last = await SucceedAsync(T0);
        await CollectAsync(T0.AddDays(1));
        Store = await ReopenAsync();
        var next = await SucceedAsync(T0);
        await Store.RemoveAsync(next.Id, T0, default);

        Assert.Equal((last.Sequence + 1, last.Sequence + 2), (next.Sequence, (await SubmitAsync()).Sequence));
    }

    [Fact]
    public async Task Keys_are_forgotten_after_their_time_and_not_before()
    {
        for (var i = 0; i < 5; i++)
            await SubmitAsync(WithKey($"k{i}", "one"));

        Assert.Equal(0, await Store.ForgetKeysAsync(T0.AddDays(1).AddTicks(-1), 10, default));
        Assert.Equal(SubmissionStatus.Repeated, (await Store.SubmitAsync(WithKey("k0", "one"), null, true, default)).Status);
        Assert.Equal(3, await Store.ForgetKeysAsync(T0.AddDays(1), 3, default));
        Assert.Equal(2, await Store.ForgetKeysAsync(T0.AddDays(1), 3, default));
        Assert.Equal(SubmissionStatus.Accepted, (await Store.SubmitAsync(WithKey("k0", "two"), null, true, default)).Status);
    }

    [Fact]
    public async Task A_lane_goes_with_its_last_job_and_comes_again_with_the_next()
    {
        await SucceedAsync(T0, Attic);
        var waiting = await SubmitAsync(New() with { Lane = Photos });
        Assert.Equal(0, await Store.RemoveIdleLanesAsync(100, default));
        await CollectAsync(T0.AddDays(1));

        Assert.Equal(1, await Store.RemoveIdleLanesAsync(100, default));

        var next = await SubmitAsync(New() with { Lane = Attic });
        Assert.Equal(next.Id, Assert.Single(await Store.ReadReadyAsync(Attic, null, 10, default)).Id);
        Assert.Equal(waiting.Id, Assert.Single(await Store.ReadReadyAsync(Photos, null, 10, default)).Id);
        Assert.Equal(new HashSet<Lane> { Attic, Photos }, (await Store.ListReadyLanesAsync(new(10), default)).Items.ToHashSet());
    }

    [Fact]
    public async Task A_lane_keeps_all_that_its_jobs_ask_of_a_worker()
    {
        var manifest = new FunctionManifest
        {
            Name = Hello,
            Module = "hello.wasm",
            Placement = new PlacementSpec { Labels = new Dictionary<string, string> { ["gpu"] = "true" } },
        };
        var gpu = new Lane("photos", Placement.Key(manifest));
        var other = new Lane("photos", Placement.Key(manifest with
        {
            Placement = new PlacementSpec { Labels = new Dictionary<string, string> { ["gpu"] = "false" } },
        }));
        var job = await SubmitAsync(New() with { Lane = gpu });
        await SubmitAsync(New() with { Lane = other });
        Store = await ReopenAsync();

        Assert.Equal([gpu, other], (await Store.ListReadyLanesAsync(new(10), default)).Items);
        Assert.Equal(job.Id, Assert.Single(await Store.ReadReadyAsync(gpu, null, 10, default)).Id);
        Assert.Equal(gpu, (await FindAsync(job.Id)).Lane);
    }

    private Task<IReadOnlyList<JobRecord>> CollectAsync(DateTimeOffset before, int limit = 100) => Store.CollectAsync(before, before, limit, T0, default);

    private async Task<JobRecord> SucceedAsync(DateTimeOffset at, Lane? lane = null)
    {
        var job = await SubmitAsync(New() with { Lane = lane ?? Anywhere }, ClaimBy("w1"));
        await Store.FinishAsync(job.Id, 1, Success("done"), RetryExits, at, 0, default);
        return job;
    }
}
