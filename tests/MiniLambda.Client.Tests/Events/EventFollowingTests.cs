using Grpc.Core;
using MiniLambda.Client.Events;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Tests.Events;

public sealed class EventFollowingTests : IAsyncLifetime
{
    private GrpcServer _server = null!;
    private ClusterConnection _cluster = null!;

    public async Task InitializeAsync()
    {
        _server = await GrpcServer.StartAsync();
        _cluster = _server.Connect();
    }

    public async Task DisposeAsync()
    {
        _cluster.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, "")]
    [InlineData(StatusCode.Unavailable, "SHUTTING_DOWN")]
    [InlineData(StatusCode.Internal, "")]
    [InlineData(StatusCode.ResourceExhausted, "WATCHER_TOO_SLOW")]
    public async Task A_watch_that_breaks_goes_on_after_the_last_offset(StatusCode status, string reason)
    {
        var away = reason.Length > 0 ? GrpcServer.Refusal(status, reason, "away", offset: 1) : new RpcException(new Status(status, "away"));
        _server.Events.OnWatch = _ => _server.Events.Asked.Count switch
        {
            1 => Then(away, Answer(9, 7, 8)),
            // Silent until it broke.
            2 => Then(away),
            // Nothing that was asked for, but further on.
            3 => Then(away, Answer(20)),
            _ => [Answer(21, 21)],
        };
        var request = new WatchEventsRequest { AfterOffset = 5, Follow = true, Worker = "w" };

        var told = await FollowAsync(request);

        Assert.Equal([(9, "7 8"), (20, ""), (21, "21")], told.Select(some => (some.Offset, Offsets(some))));
        Assert.DoesNotContain(told, some => some.HasGap);
        Assert.Equal([5, 9, 9, 20], _server.Events.Asked.Select(asked => asked.AfterOffset));
        Assert.All(_server.Events.Asked, asked => Assert.Equal((true, "w"), (asked.Follow, asked.Worker)));
        // The caller's own is left as it was.
        Assert.Equal(5, request.AfterOffset);
    }

    [Fact]
    public async Task A_watch_of_what_is_new_misses_nothing_while_it_is_broken()
    {
        _server.Events.OnWatch = _ => _server.Events.Asked.Count == 1
            ? Then(new RpcException(new Status(StatusCode.Unavailable, "away")), Answer(40))
            : [Answer(41, 41)];

        await FollowAsync(new WatchEventsRequest { OnlyNew = true, Follow = true });

        Assert.Equal([(true, 0), (false, 40)], _server.Events.Asked.Select(asked => (asked.OnlyNew, asked.AfterOffset)));
    }

    [Fact]
    public async Task Events_that_were_removed_are_told_as_a_gap_and_it_goes_on_with_the_oldest()
    {
        var trimmed = GrpcServer.Refusal(StatusCode.OutOfRange, "EVENTS_TRIMMED", "gone", offset: 30);
        _server.Events.OnWatch = _ => _server.Events.Asked.Count switch
        {
            1 => Then(new RpcException(new Status(StatusCode.Unavailable, "away")), Answer(9, 9)),
            2 => Then(trimmed),
            _ => [Answer(32, 31, 32)],
        };

        var told = await FollowAsync(new WatchEventsRequest { Follow = true });

        Assert.Equal([(9, false, "9"), (30, true, ""), (32, false, "31 32")], told.Select(some => (some.Offset, some.HasGap, Offsets(some))));
        Assert.Equal([0, 9, 30], _server.Events.Asked.Select(asked => asked.AfterOffset));
    }

    [Fact]
    public async Task A_refusal_that_would_come_again_is_told()
    {
        _server.Events.OnWatch = _ => Then(GrpcServer.Refusal(StatusCode.NotFound, "JOB_NOT_FOUND", "there is no job 'x'"));
        Assert.Equal("there is no job 'x'", (await Assert.ThrowsAsync<ApiException>(() => FollowAsync(new WatchEventsRequest { Job = "x" }))).Message);
        // One that names no way on, or the very place that was asked for, is one too.
        _server.Events.OnWatch = request => Then(GrpcServer.Refusal(StatusCode.OutOfRange, "EVENTS_TRIMMED", "gone", request.AfterOffset));
        await Assert.ThrowsAsync<ApiException>(() => FollowAsync(new WatchEventsRequest { AfterOffset = 3 }));
        Assert.Equal(2, _server.Events.Asked.Count);
    }

    private async Task<List<FollowedEvents>> FollowAsync(WatchEventsRequest request)
    {
        var told = new List<FollowedEvents>();
        await foreach (var some in _cluster.Events.FollowAsync(request, CancellationToken.None))
            told.Add(some);
        return told;
    }

    private static string Offsets(FollowedEvents some) => string.Join(' ', some.Events.Select(e => e.Offset));

    private static WatchEventsResponse Answer(long offset, params long[] events) =>
        new() { Offset = offset, Events = { events.Select(e => new Event { Offset = e }) } };

    private static IEnumerable<WatchEventsResponse> Then(RpcException failure, params WatchEventsResponse[] answers)
    {
        foreach (var answer in answers)
            yield return answer;
        throw failure;
    }
}
