using System.Text;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every <see cref="IJobLogStore"/> does.</summary>
public abstract class JobLogStoreConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    private readonly JobIdGenerator _ids = new(TimeProvider.System, new Random());

    private IJobLogStore Logs { get; set; } = null!;

    private IJobStore Jobs { get; set; } = null!;

    /// <summary>Opens one and the same storage, closing it first when it is open.</summary>
    protected abstract Task<(IJobLogStore Logs, IJobStore Jobs)> ReopenAsync();

    public async Task InitializeAsync() => (Logs, Jobs) = await ReopenAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task Pieces_come_back_in_order_over_all_attempts_also_after_a_restart()
    {
        var id = await SubmitAsync();
        await AppendAsync(id, 1, 0, "one ");
        await AppendAsync(id, 1, 4, "two");
        await AppendAsync(id, 2, 0, "three");

        (Logs, Jobs) = await ReopenAsync();
        var chunks = await Logs.ReadAsync(id, 0, 10, default);

        Assert.Equal([(1, 0L, "one "), (1, 4L, "two"), (2, 0L, "three")], chunks.Select(c => (c.Attempt, c.Offset, Text(c))));
        Assert.All(chunks, chunk => Assert.Equal(T0, chunk.At));
        Assert.Equal(chunks.Select(c => c.Position).Order().Distinct(), chunks.Select(c => c.Position));
    }

    [Fact]
    public async Task A_piece_that_is_sent_again_is_held_once()
    {
        var id = await SubmitAsync();
        await AppendAsync(id, 1, 0, "one");
        await AppendAsync(id, 1, 3, "two");

        await AppendAsync(id, 1, 0, "one");
        await AppendAsync(id, 1, 3, "two");

        Assert.Equal(["one", "two"], (await Logs.ReadAsync(id, 0, 10, default)).Select(Text));
    }

    [Fact]
    public async Task A_reader_goes_on_where_it_stopped()
    {
        var id = await SubmitAsync();
        for (var i = 0; i < 7; i++)
            await AppendAsync(id, 1, i, $"{i}");

        var seen = new StringBuilder();
        long after = 0;
        while (await Logs.ReadAsync(id, after, 3, default) is { Count: > 0 } chunks)
        {
            Assert.True(chunks.Count <= 3);
            foreach (var chunk in chunks)
                seen.Append(Text(chunk));
            after = chunks[^1].Position;
        }

        Assert.Equal("0123456", seen.ToString());
    }

    [Fact]
    public async Task Each_job_has_its_own_log()
    {
        var (a, b) = (await SubmitAsync(), await SubmitAsync());
        await AppendAsync(a, 1, 0, "a");
        await AppendAsync(b, 1, 0, "b");

        Assert.Equal("a", Text(Assert.Single(await Logs.ReadAsync(a, 0, 10, default))));
        Assert.Equal("b", Text(Assert.Single(await Logs.ReadAsync(b, 0, 10, default))));
    }

    [Fact]
    public async Task Pieces_appended_at_once_are_all_kept()
    {
        var id = await SubmitAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => AppendAsync(id, 1, i, "x"))));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), (await Logs.ReadAsync(id, 0, 100, default)).Select(c => c.Offset).Order());
    }

    [Fact]
    public async Task A_job_that_is_not_there_has_no_log_and_takes_none()
    {
        var id = _ids.Next();

        await AppendAsync(id, 1, 0, "lost");

        Assert.Empty(await Logs.ReadAsync(id, 0, 10, default));
    }

    private static string Text(LogChunk chunk) => Encoding.UTF8.GetString(chunk.Data.Span);

    private Task AppendAsync(JobId id, int attempt, long offset, string text) =>
        Logs.AppendAsync(id, attempt, offset, T0, Encoding.UTF8.GetBytes(text), default);

    private async Task<JobId> SubmitAsync()
    {
        var job = new NewJob(_ids.Next(), FunctionName.Parse("hello"), 1, JobOverrides.None, default, 0, T0);
        return (await Jobs.SubmitAsync(job, null, isUrgent: true, default)).Id;
    }
}
