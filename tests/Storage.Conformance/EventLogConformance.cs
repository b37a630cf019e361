using System.Collections.Concurrent;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every event log does. A provider's tests derive from this and say how to open it.</summary>
public abstract class EventLogConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly JobIdGenerator _ids = new(TimeProvider.System, new Random(1));

    protected IEventLog Log { get; private set; } = null!;

    protected IJobStore Jobs { get; private set; } = null!;

    /// <summary>Opens the log and the job store that writes to it; a second call opens what the first one left.</summary>
    protected abstract Task<(IEventLog Log, IJobStore Jobs)> OpenAsync();

    public async Task InitializeAsync() => (Log, Jobs) = await OpenAsync();

    public virtual Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_life_of_a_job_is_told_in_order()
    {
        var job = await SubmitAsync(new LeaseClaim("w1", T0));
        await Jobs.StartAsync(job.Id, 1, "w1", T0, default);
        await Jobs.FinishAsync(job.Id, 1, Failure, Twice, T0, 0, default);
        await Jobs.ClaimAsync(job.Id, new LeaseClaim("w2", T0), default);
        await Jobs.ReleaseAsync(job.Id, 2, T0, default);
        await Jobs.CancelAsync(job.Id, T0, default);
        await Jobs.RetryAsync(job.Id, T0, default);
        await Jobs.ClaimAsync(job.Id, new LeaseClaim("w3", T0), default);
        await Jobs.FinishAsync(job.Id, 3, new AttemptReport { Outcome = AttemptOutcome.Succeeded, ExitCode = 0 }, Twice, T0, 0, default);
        await Jobs.RemoveAsync(job.Id, T0, default);

        var events = await Log.ReadAsync(0, 100, default);

        Assert.Equal(
            [
                (EventKind.Submitted, JobState.Queued, 0, ""), (EventKind.Leased, JobState.Leased, 1, "w1"), (EventKind.Started, JobState.Running, 1, "w1"),
                (EventKind.Retrying, JobState.Queued, 1, "w1"), (EventKind.Leased, JobState.Leased, 2, "w2"), (EventKind.Returned, JobState.Queued, 2, "w2"),
                (EventKind.Cancelled, JobState.Cancelled, 2, "w2"), (EventKind.Redriven, JobState.Queued, 2, "w2"),
                (EventKind.Leased, JobState.Leased, 3, "w3"), (EventKind.Finished, JobState.Succeeded, 3, "w3"), (EventKind.Removed, JobState.Succeeded, 3, "w3"),
            ],
            events.Select(e => (e.Kind, e.Job!.State, e.Job.Attempt, e.Worker)));
        Assert.All(events, e => Assert.Equal((job.Id, "hello", 1, Lane.DefaultTenant, T0), (e.Job!.Id, e.Job.Function, e.Job.Version, e.Job.Tenant, e.At)));
        Assert.Equal((AttemptOutcome.Exit, 3, "exit code 3"), (events[3].Job!.Outcome, events[3].Job!.ExitCode, events[3].Detail));
        Assert.Equal(events.Select(e => e.Offset).Order().Distinct(), events.Select(e => e.Offset));
    }

    [Fact]
    public async Task A_change_that_was_refused_is_no_event()
    {
        var job = await SubmitAsync(new LeaseClaim("w1", T0));
        var (_, last) = await Log.RangeAsync(default);

        await Jobs.FinishAsync(job.Id, 7, Failure, Twice, T0, 0, default);
        await Jobs.ClaimAsync(job.Id, new LeaseClaim("w2", T0), default);

        Assert.Empty(await Log.ReadAsync(last, 10, default));
    }

    [Fact]
    public async Task A_jobs_revision_is_the_offset_of_its_last_event()
    {
        var job = await SubmitAsync();
        var cancelled = await Jobs.CancelAsync(job.Id, T0, default);

        Assert.Equal([job.Revision, cancelled.Job!.Revision], (await Log.ReadAsync(0, 10, default)).Select(e => e.Offset));
    }

    [Fact]
    public async Task Reading_goes_on_from_any_offset_and_over_restarts()
    {
        for (var i = 0; i < 10; i++)
            await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => SubmitAsync()));
        var all = await Log.ReadAsync(0, int.MaxValue, default);
        (Log, Jobs) = await OpenAsync();
        await SubmitAsync();
        var again = await Log.ReadAsync(0, int.MaxValue, default);

        Assert.Equal(70, all.Count);
        Assert.Equal(all, again.Take(70));
        Assert.True(again[70].Offset > all[69].Offset);
        for (var i = 0; i < again.Count; i++)
            Assert.Equal(again.Skip(i + 1), await Log.ReadAsync(again[i].Offset, int.MaxValue, default));
        var some = await Log.ReadAsync(0, 5, default);
        Assert.Equal(again.Take(some.Count), some);
        Assert.InRange(some.Count, 5, 69);
    }

    [Fact]
    public async Task Workers_have_events_too()
    {
        await Log.AppendAsync(EventKind.WorkerLost, "pi", "was not heard of in time", T0, default);

        var e = Assert.Single(await Log.ReadAsync(0, 10, default));
        Assert.Equal((EventKind.WorkerLost, "pi", "was not heard of in time", T0), (e.Kind, e.Worker, e.Detail, e.At));
        Assert.Null(e.Job);
    }

    [Fact]
    public async Task What_is_old_is_trimmed_from_the_front()
    {
        for (var i = 0; i < 20; i++)
            await Log.AppendAsync(EventKind.WorkerJoined, $"w{i}", "", T0.AddMinutes(i), default);

        Assert.Equal((1, 20), await CountOffsetsAsync());
        while (await Log.TrimAsync(T0.AddMinutes(10), 3, default) > 0)
        {
        }

        Assert.Equal("w10", (await Log.ReadAsync(0, 100, default))[0].Worker);
        Assert.Equal(10, (await Log.ReadAsync(0, 100, default)).Count);
        Assert.Equal((11, 20), await CountOffsetsAsync());
    }

    [Fact]
    public async Task What_was_trimmed_is_told_also_after_a_restart_and_when_nothing_is_left()
    {
        Assert.Equal(0, await Log.TrimmedAsync(default));
        var job = await SubmitAsync();
        Assert.Equal(0, await Log.TrimAsync(T0, 100, default));
        Assert.Equal(0, await Log.TrimmedAsync(default));

        await Log.TrimAsync(T0.AddTicks(1), 100, default);
        (Log, Jobs) = await OpenAsync();

        Assert.Equal(job.Revision, await Log.TrimmedAsync(default));
        Assert.Equal((0, 0), await Log.RangeAsync(default));
    }

    [Fact]
    public async Task An_old_event_behind_one_that_is_kept_is_kept_too()
    {
        // As after a jump of the clock.
        await Log.AppendAsync(EventKind.WorkerJoined, "a", "", T0.AddHours(1), default);
        await Log.AppendAsync(EventKind.WorkerLeft, "a", "", T0, default);

        Assert.Equal(0, await Log.TrimAsync(T0.AddMinutes(1), 100, default));
        Assert.Equal(2, (await Log.ReadAsync(0, 10, default)).Count);
    }

    [Fact]
    public async Task Every_commit_is_told_of_once_in_order_and_before_those_who_made_it_go_on()
    {
        await SubmitAsync();
        var told = new ConcurrentQueue<ClusterEvent>();
        var begun = await Log.ListenAsync(batch => batch.Events.ToList().ForEach(told.Enqueue), default);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            var job = await SubmitAsync(new LeaseClaim("w1", T0));
            Assert.Contains(told, e => e.Offset == job.Revision);
        }));
        await Log.AppendAsync(EventKind.WorkerJoined, "w1", "", T0, default);

        Assert.Equal(601, told.Count);
        Assert.Equal(await Log.ReadAsync(begun, int.MaxValue, default), told);
        Assert.Single(await Log.ReadAsync(0, int.MaxValue, default), e => e.Offset <= begun);
    }

    [Fact]
    public async Task A_change_that_was_refused_is_not_told_of()
    {
        var job = await SubmitAsync();
        var told = new ConcurrentQueue<ClusterEvent>();
        await Log.ListenAsync(batch => batch.Events.ToList().ForEach(told.Enqueue), default);

        // Of the changes that share a commit one fails, and takes nothing with it.
        var again = new NewJob(job.Id, job.Function, 1, JobOverrides.None, Payload.Empty, 0, T0, job.Lane);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i == 7
            ? Assert.ThrowsAnyAsync<IOException>(() => Jobs.SubmitAsync(again, null, true, default))
            : SubmitAsync() as Task));

        Assert.Equal(19, told.Count);
        Assert.Equal(await Log.ReadAsync(job.Revision, int.MaxValue, default), told);
    }

    [Fact]
    public async Task Where_a_jobs_events_begin_is_known()
    {
        var before = await SubmitAsync();
        var (queued, leased) = (await SubmitAsync(), await SubmitAsync(new LeaseClaim("w1", T0)));

        Assert.Equal(before.Revision, await Log.BeginningOfAsync(queued.Id, default));
        Assert.Equal(queued.Revision, await Log.BeginningOfAsync(leased.Id, default));
        Assert.Equal(0, await Log.BeginningOfAsync(_ids.Next(), default));
    }

    [Fact]
    public async Task An_empty_log_has_no_range()
    {
        Assert.Equal((0, 0), await Log.RangeAsync(default));
        Assert.Empty(await Log.ReadAsync(0, 10, default));
    }

    private static AttemptReport Failure => new() { Outcome = AttemptOutcome.Exit, ExitCode = 3, Message = "exit code 3" };

    private static RetryPolicy Twice => new() { Attempts = 2, On = [RetryCause.Exit] };

    private async Task<(long First, long Last)> CountOffsetsAsync()
    {
        var ((first, last), before) = (await Log.RangeAsync(default), (await Log.ReadAsync(0, 1, default))[0].Offset);
        Assert.Equal(first, before);
        // Offsets begin anew, higher, each time a file is opened.
        return (first & ((1L << 40) - 1), last & ((1L << 40) - 1));
    }

    private async Task<JobRecord> SubmitAsync(LeaseClaim? claim = null) => (await Jobs.SubmitAsync(
        new NewJob(_ids.Next(), FunctionName.Parse("hello"), 1, JobOverrides.None, Payload.Empty, 0, T0, new Lane(Lane.DefaultTenant, "")), claim, true, default)).Job;
}
