using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Tests.Jobs;

public sealed class JobFollowingTests : IAsyncLifetime
{
    private static readonly RpcException Away = new(new Status(StatusCode.Unavailable, "away"));
    private static readonly Timestamp Ended = new() { Seconds = 1 };

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

    [Fact]
    public async Task A_broken_result_goes_on_at_the_byte_it_had_reached()
    {
        var content = "the whole result"u8.ToArray();
        _server.Jobs.OnResult = request => Pieces(request.Offset);
        using var result = new MemoryStream();
        await foreach (var piece in _cluster.Jobs.ResultAsync("j-1", CancellationToken.None))
            result.Write(piece.Data.Span);
        Assert.Equal(content, result.ToArray());

        // Every connection breaks after its first piece, and the last one ends.
        IEnumerable<JobResultChunk> Pieces(long offset)
        {
            if (offset == content.Length)
                yield break;
            var size = (int)Math.Min(7, content.Length - offset);
            yield return new JobResultChunk { Offset = offset, TotalSize = content.Length, Data = ByteString.CopyFrom(content, (int)offset, size) };
            throw Away;
        }
    }

    [Fact]
    public async Task A_broken_input_goes_on_at_the_byte_it_had_reached()
    {
        var asked = new List<long>();
        _server.Jobs.OnInput = request =>
        {
            asked.Add(request.Offset);
            return asked.Count == 1
                ? BreaksAfter(new JobInputChunk { Data = ByteString.CopyFromUtf8("the ") })
                : [new JobInputChunk { Offset = 4, Data = ByteString.CopyFromUtf8("input") }];
        };
        var input = "";
        await foreach (var piece in _cluster.Jobs.InputAsync("j-1", CancellationToken.None))
            input += piece.Data.ToStringUtf8();
        Assert.Equal("the input", input);
        Assert.Equal([0, 4], asked);
    }

    [Fact]
    public async Task A_broken_watch_tells_no_change_twice_and_asks_only_for_jobs_without_outcome()
    {
        var asked = new List<string>();
        _server.Jobs.OnWatch = request =>
        {
            asked.Add(string.Join(' ', request.Ids));
            return asked.Count == 1
                ? BreaksAfter(new Job { Id = "a", Revision = 9, FinishedAt = Ended }, new Job { Id = "b", Revision = 4 })
                : [new Job { Id = "b", Revision = 4 }, new Job { Id = "b", Revision = 12, FinishedAt = Ended }];
        };
        Assert.Equal([9, 4, 12], await RevisionsAsync("a", "b"));
        Assert.Equal(["a b", "b"], asked);
    }

    [Fact]
    public async Task An_outcome_that_came_while_a_watch_was_broken_is_told_whatever_its_revision()
    {
        // What an orchestrator has: b ended before a changed for the last time, and is told after it.
        Job[] held = [new() { Id = "a", Revision = 9 }, new() { Id = "b", Revision = 4, FinishedAt = Ended }];
        var calls = 0;
        _server.Jobs.OnWatch = request =>
        {
            var told = held.Where(job => request.Ids.Contains(job.Id) && job.Revision > request.AfterRevision).ToArray();
            held[0] = new Job { Id = "a", Revision = 10, FinishedAt = Ended };
            return calls++ == 0 ? BreaksAfter(told[0]) : told;
        };
        Assert.Equal([9, 10, 4], await RevisionsAsync("a", "b"));
    }

    [Fact]
    public async Task A_watch_that_breaks_after_the_last_outcome_is_over()
    {
        _server.Jobs.OnWatch = _ => BreaksAfter(new Job { Id = "a", Revision = 3, FinishedAt = Ended });
        Assert.Equal([3], await RevisionsAsync("a"));
        Assert.Single(_server.Jobs.Calls);
    }

    [Fact]
    public async Task A_broken_log_goes_on_after_the_last_piece()
    {
        var asked = new List<(long, bool)>();
        _server.Jobs.OnLogs = request =>
        {
            asked.Add((request.AfterPosition, request.Follow));
            return asked.Count == 1 ? BreaksAfter(new JobLogChunk { Position = 5 }) : [new JobLogChunk { Position = 6 }];
        };
        var positions = new List<long>();
        await foreach (var piece in _cluster.Jobs.LogsAsync("j-1", follow: true, CancellationToken.None))
            positions.Add(piece.Position);
        Assert.Equal([5, 6], positions);
        Assert.Equal([(0, true), (5, true)], asked);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Cancelled)]
    public async Task A_log_that_was_silent_until_it_broke_is_followed_again(StatusCode how)
    {
        _server.Jobs.AnswersAtOnce = true;
        _server.Jobs.OnLogs = _ => _server.Jobs.Calls.Count == 1 ? throw new RpcException(new Grpc.Core.Status(how, "away")) : [new JobLogChunk { Position = 1 }];
        var positions = new List<long>();
        await foreach (var piece in _cluster.Jobs.LogsAsync("j-1", follow: true, CancellationToken.None))
            positions.Add(piece.Position);
        Assert.Equal([1], positions);
    }

    [Fact]
    public async Task More_jobs_than_one_call_watches_are_watched_by_several()
    {
        var asked = new List<int>();
        _server.Jobs.OnWatch = request =>
        {
            asked.Add(request.Ids.Count);
            return [.. request.Ids.Select((id, i) => new Job { Id = id, Revision = i + 1, FinishedAt = new Timestamp() })];
        };
        Assert.Equal(2001, (await RevisionsAsync([.. Enumerable.Range(0, 2001).Select(i => $"j-{i}")])).Count);
        Assert.Equal([1000, 1000, 1], asked);
    }

    [Fact]
    public async Task A_job_that_is_not_there_is_told_at_once()
    {
        _server.Jobs.OnLogs = _ => throw GrpcServer.Refusal(StatusCode.NotFound, "JOB_NOT_FOUND", "there is no job 'j-1'");
        var refusal = await Assert.ThrowsAsync<ApiException>(() => ReadAsync());
        Assert.Equal("there is no job 'j-1'", refusal.Message);
        Assert.Single(_server.Jobs.Calls);
    }

    [Fact]
    public async Task An_orchestrator_that_never_answered_is_not_waited_for()
    {
        _server.Jobs.OnLogs = _ => throw Away;
        await Assert.ThrowsAsync<ApiException>(() => ReadAsync());
        Assert.Single(_server.Jobs.Calls);
    }

    private async Task<List<long>> RevisionsAsync(params string[] ids)
    {
        var revisions = new List<long>();
        await foreach (var job in _cluster.Jobs.WatchAsync(ids, CancellationToken.None))
            revisions.Add(job.Revision);
        return revisions;
    }

    private async Task ReadAsync()
    {
        await foreach (var piece in _cluster.Jobs.LogsAsync("j-1", follow: false, CancellationToken.None))
            Assert.Fail($"a piece came at {piece.Position}");
    }

    private static IEnumerable<T> BreaksAfter<T>(params T[] messages)
    {
        foreach (var message in messages)
            yield return message;
        throw Away;
    }
}
