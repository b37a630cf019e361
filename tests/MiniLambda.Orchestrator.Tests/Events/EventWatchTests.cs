using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Events;
using MiniLambda.Orchestrator.Events;
using MiniLambda.Orchestrator.Tests.Sessions;
using Kind = MiniLambda.Contracts.V1.Event.Types.Kind;

namespace MiniLambda.Orchestrator.Tests.Events;

public sealed class EventWatchTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private IEventLog Log => _cluster.Part<IEventLog>();

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(lease: TimeSpan.FromMinutes(1));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task The_life_of_a_job_is_told_as_it_happens_and_again_from_the_beginning()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        using var live = await EventReader.OpenAsync(_cluster, new WatchEventsRequest { OnlyNew = true, Follow = true });
        var job = await _cluster.SubmitAsync("echo");
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        await worker.NextLeaseAsync();
        await worker.CompleteAsync(job.Id, 1, "done");
        await worker.NextAckAsync();

        var events = await live.ReadAsync(4);

        Assert.Equal([Kind.Submitted, Kind.WorkerJoined, Kind.Leased, Kind.Finished], events.Select(e => e.Kind));
        Assert.Equal(["", "w", "w", "w"], events.Select(e => e.Worker));
        Assert.Equal(
            (job.Id, "echo", 1, Job.Types.State.Succeeded, 1, Attempt.Types.Outcome.Succeeded, 0),
            (events[3].Job.Id, events[3].Job.Function, events[3].Job.Version, events[3].Job.State, events[3].Job.Attempt, events[3].Job.Outcome, events[3].Job.ExitCode));
        Assert.Equal((await _cluster.GetAsync(job.Id)).Revision, events[3].Offset);
        Assert.Equal("x86_64, linux, 1 slot", events[1].Detail);
        Assert.Equal(events, await EventReader.ReadAllAsync(_cluster, new WatchEventsRequest()));
    }

    [Fact]
    public async Task A_watch_goes_on_after_any_offset_over_a_restart_and_skips_nothing()
    {
        await AppendAsync("a", 30);
        await _cluster.RestartOrchestratorAsync();
        await AppendAsync("b", 30);
        var all = await EventReader.ReadAllAsync(_cluster, new WatchEventsRequest());
        Assert.Equal(60, all.Count);
        Assert.Equal(all.Select(e => e.Offset).Order().Distinct(), all.Select(e => e.Offset));
        foreach (var e in all.Where((_, i) => i % 7 == 3))
        {
            var rest = await EventReader.ReadAllAsync(_cluster, new WatchEventsRequest { AfterOffset = e.Offset });
            Assert.Equal(all.SkipWhile(other => other.Offset <= e.Offset), rest);
        }
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_told_and_the_offset_goes_on_past_the_rest()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        await _cluster.PushAsync("other", "echoes_stdin");
        var (first, second) = (await _cluster.SubmitAsync("echo"), await _cluster.SubmitAsync("other"));
        await using var worker = await HandWorker.DialAsync(_cluster, "w");
        var lease = await worker.NextLeaseAsync();
        await worker.CompleteAsync(lease.JobId, 1, "done");
        Assert.Equal((first.Id, second.Id), (lease.JobId, (await worker.NextLeaseAsync()).JobId));
        await _cluster.WaitForOutcomeAsync(first.Id);
        await AppendAsync("stranger", 1);

        Assert.Equal([Kind.Submitted, Kind.Leased, Kind.Finished], await KindsAsync(new WatchEventsRequest { Job = first.Id }));
        Assert.Equal([Kind.Submitted, Kind.Leased], await KindsAsync(new WatchEventsRequest { Function = "other" }));
        Assert.Equal([Kind.Leased, Kind.Leased, Kind.Finished, Kind.WorkerJoined], (await KindsAsync(new WatchEventsRequest { Worker = "w" })).Order());
        Assert.Equal([Kind.Leased, Kind.Finished], await KindsAsync(new WatchEventsRequest { Worker = "w", Job = first.Id }));
        using var nothing = await EventReader.OpenAsync(_cluster, new WatchEventsRequest { Worker = "nobody" });
        Assert.Empty(await nothing.ReadToEndAsync());
        Assert.Equal((await Log.RangeAsync(default)).Last, nothing.Offset);

        async Task<IEnumerable<Kind>> KindsAsync(WatchEventsRequest request) => (await EventReader.ReadAllAsync(_cluster, request)).Select(e => e.Kind);
    }

    [Fact]
    public async Task One_who_asks_for_what_is_new_learns_at_once_where_to_come_back()
    {
        await AppendAsync("before", 1);
        using var live = await EventReader.OpenAsync(_cluster, new WatchEventsRequest { OnlyNew = true, Follow = true });
        Assert.Empty(await live.ReadAnswerAsync());
        Assert.Equal((await Log.RangeAsync(default)).Last, live.Offset);
        Assert.Empty(await EventReader.ReadAllAsync(_cluster, new WatchEventsRequest { OnlyNew = true }));
    }

    [Fact]
    public async Task What_cannot_be_asked_for_is_refused()
    {
        await RefusedAsync(new WatchEventsRequest { AfterOffset = -1 }, StatusCode.InvalidArgument, "SETTING_OUT_OF_RANGE");
        await RefusedAsync(new WatchEventsRequest { Job = "nonsense" }, StatusCode.NotFound, "JOB_NOT_FOUND");
        await RefusedAsync(new WatchEventsRequest { Function = "No Such" }, StatusCode.InvalidArgument, "FUNCTION_NOT_FOUND");
        // An offset of another log: following it would be silent for ever.
        await RefusedAsync(new WatchEventsRequest { AfterOffset = long.MaxValue, Follow = true }, StatusCode.OutOfRange, "EVENTS_TRIMMED");

        Task RefusedAsync(WatchEventsRequest request, StatusCode status, string reason) => ApiAssert.RefusedAsync(
            status, reason, () => _cluster.Connection.Events.Watch(request).ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task One_whose_place_was_trimmed_is_told_where_to_go_on()
    {
        await AppendAsync("old", 5, DateTimeOffset.UnixEpoch);
        var old = await EventReader.ReadAllAsync(_cluster, new WatchEventsRequest());
        // Out of the memory of what is new.
        await _cluster.RestartOrchestratorAsync();
        await AppendAsync("new", 3);
        await Log.TrimAsync(DateTimeOffset.UnixEpoch.AddHours(1), 100, default);
        var kept = await Log.RangeAsync(default);

        using var lost = await EventReader.OpenAsync(_cluster, new WatchEventsRequest { AfterOffset = old[1].Offset, Follow = true });
        var (events, status, info) = await lost.ReadToRefusalAsync();

        Assert.Empty(events);
        Assert.Equal((StatusCode.OutOfRange, "EVENTS_TRIMMED", $"{kept.First}"), (status, info!.Reason, info.Metadata["first_offset"]));
        var rest = new WatchEventsRequest { AfterOffset = long.Parse(info.Metadata["offset"], null) };
        Assert.Equal(["new", "new", "new"], (await EventReader.ReadAllAsync(_cluster, rest)).Select(e => e.Worker));
        // From the oldest on there is nothing to miss; nor after the last that went.
        Assert.Equal(3, (await EventReader.ReadAllAsync(_cluster, new WatchEventsRequest())).Count);
        Assert.Equal(3, (await EventReader.ReadAllAsync(_cluster, new WatchEventsRequest { AfterOffset = old[^1].Offset })).Count);
    }

    [Fact]
    public async Task A_watch_ends_at_once_when_the_orchestrator_stops_and_goes_on_with_the_next()
    {
        using var live = await EventReader.OpenAsync(_cluster, new WatchEventsRequest { OnlyNew = true, Follow = true });
        await AppendAsync("before", 1);
        await live.ReadAsync(1);

        await _cluster.RestartOrchestratorAsync();

        Assert.Equal(StatusCode.Unavailable, (await live.ReadToRefusalAsync()).Status);
        await AppendAsync("after", 1);
        Assert.Equal(["after"], (await EventReader.ReadAllAsync(_cluster, new WatchEventsRequest { AfterOffset = live.Offset })).Select(e => e.Worker));
    }

    [Fact]
    public async Task Many_who_watch_a_flood_all_see_all_of_it_in_order()
    {
        const int watchers = 50;
        const int events = 3 * EventTail.MaxEvents;
        var request = new WatchEventsRequest { OnlyNew = true, Follow = true };
        var readers = await Task.WhenAll(Enumerable.Range(0, watchers).Select(_ => EventReader.OpenAsync(_cluster, request)));
        var reading = readers.Select(reader => reader.ReadAsync(events)).ToList();

        await AppendAsync("flood", events);

        var expected = (await Log.ReadAsync(0, events, default)).Select(e => e.Offset).ToList();
        foreach (var read in await Task.WhenAll(reading))
            Assert.Equal(expected, read.Select(e => e.Offset));
        foreach (var reader in readers)
            reader.Dispose();
    }

    private async Task AppendAsync(string worker, int count, DateTimeOffset? at = null)
    {
        for (var left = count; left > 0; left -= 1000)
            await Task.WhenAll(Enumerable.Range(0, Math.Min(left, 1000)).Select(_ => Log.AppendAsync(EventKind.WorkerSuspect, worker, "", at ?? DateTimeOffset.UtcNow, default)));
    }
}
