using System.Text;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

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
        var id = await LeaseAsync();
        await AppendAsync(id, 1, 0, "one ");
        await AppendAsync(id, 1, 4, "two");
        await Jobs.ReleaseAsync(id, 1, T0, default);
        await Jobs.ClaimAsync(id, ClaimBy("w"), default);
        await AppendAsync(id, 2, 0, "three");

        (Logs, Jobs) = await ReopenAsync();
        var chunks = await Logs.ReadAsync(id, 0, 10, default);

        Assert.Equal([(1, 0L, "one "), (1, 4L, "two"), (2, 0L, "three")], chunks.Select(c => (c.Attempt, c.Offset, Text(c))));
        Assert.All(chunks, chunk => Assert.Equal(T0, chunk.At));
        Assert.Equal(chunks.Select(c => c.Position).Order().Distinct(), chunks.Select(c => c.Position));
    }

    [Theory]
    [InlineData(0, "w")]
    [InlineData(2, "w")]
    [InlineData(1, "another")]
    [InlineData(1, "")]
    public async Task A_piece_of_whoever_does_not_hold_the_attempt_is_dropped(int attempt, string worker)
    {
        var id = await LeaseAsync();

        Assert.False(await AppendAsync(id, attempt, 0, "forged", worker));

        Assert.Empty(await Logs.ReadAsync(id, 0, 10, default));
    }

    [Fact]
    public async Task A_piece_of_an_attempt_that_is_over_is_dropped()
    {
        var (returned, cancelled) = (await LeaseAsync(), await LeaseAsync());
        await Jobs.ReleaseAsync(returned, 1, T0, default);
        await Jobs.CancelAsync(cancelled, T0, default);

        Assert.False(await AppendAsync(returned, 1, 0, "late"));
        Assert.False(await AppendAsync(cancelled, 1, 0, "late"));
    }

    [Fact]
    public async Task A_piece_that_goes_back_over_what_is_held_is_dropped_and_one_after_a_gap_is_kept()
    {
        var id = await LeaseAsync();

        Assert.True(await AppendAsync(id, 1, 0, "0123"));
        Assert.False(await AppendAsync(id, 1, 3, "3456"));
        Assert.True(await AppendAsync(id, 1, 9, "9"));
        Assert.False(await AppendAsync(id, 1, 4, "45678"));

        Assert.Equal(["0123", "9"], (await Logs.ReadAsync(id, 0, 10, default)).Select(Text));
    }

    [Fact]
    public async Task A_piece_that_is_sent_again_is_held_once()
    {
        var id = await LeaseAsync();
        await AppendAsync(id, 1, 0, "one");
        await AppendAsync(id, 1, 3, "two");

        await AppendAsync(id, 1, 0, "one");
        await AppendAsync(id, 1, 3, "two");

        Assert.Equal(["one", "two"], (await Logs.ReadAsync(id, 0, 10, default)).Select(Text));
    }

    [Fact]
    public async Task A_reader_goes_on_where_it_stopped()
    {
        var id = await LeaseAsync();
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
        var (a, b) = (await LeaseAsync(), await LeaseAsync());
        await AppendAsync(a, 1, 0, "a");
        await AppendAsync(b, 1, 0, "b");

        Assert.Equal("a", Text(Assert.Single(await Logs.ReadAsync(a, 0, 10, default))));
        Assert.Equal("b", Text(Assert.Single(await Logs.ReadAsync(b, 0, 10, default))));
    }

    [Fact]
    public async Task Pieces_of_many_jobs_appended_at_once_are_all_kept()
    {
        var jobs = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => LeaseAsync()));

        var appended = await Task.WhenAll(jobs.Select(id => Task.Run(() => AppendAsync(id, 1, 0, id.Value))));

        Assert.All(appended, Assert.True);
        foreach (var id in jobs)
            Assert.Equal(id.Value, Text(Assert.Single(await Logs.ReadAsync(id, 0, 10, default))));
    }

    [Fact]
    public async Task A_job_that_is_not_there_has_no_log_and_takes_none()
    {
        var id = _ids.Next();

        await AppendAsync(id, 1, 0, "lost");

        Assert.Empty(await Logs.ReadAsync(id, 0, 10, default));
    }

    [Fact]
    public async Task All_that_came_before_a_flush_is_there_after_it()
    {
        var id = await LeaseAsync();
        var appends = Enumerable.Range(0, 100).Select(i => AppendAsync(id, 1, i, "x")).ToList();

        await Logs.FlushAsync(default);

        Assert.Equal(100, (await Logs.ReadAsync(id, 0, 200, default)).Count);
        Assert.All(await Task.WhenAll(appends), Assert.True);
    }

    private static string Text(LogChunk chunk) => Encoding.UTF8.GetString(chunk.Data.Span);

    private static LeaseClaim ClaimBy(string worker) => new(worker, T0);

    private Task<bool> AppendAsync(JobId id, int attempt, long offset, string text, string worker = "w") =>
        Logs.AppendAsync(id, attempt, worker, offset, T0, Encoding.UTF8.GetBytes(text), default);

    private async Task<JobId> LeaseAsync()
    {
        var job = new NewJob(_ids.Next(), FunctionName.Parse("hello"), 1, JobOverrides.None, default, 0, T0, new Lane(Lane.DefaultTenant, ""));
        return (await Jobs.SubmitAsync(job, ClaimBy("w"), isUrgent: true, default)).Job.Id;
    }
}
