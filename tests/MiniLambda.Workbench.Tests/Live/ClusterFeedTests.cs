using MiniLambda.Workbench.Live;

namespace MiniLambda.Workbench.Tests.Live;

[Collection(ClusterGroup.Name)]
public sealed class ClusterFeedTests(RunningCluster cluster)
{
    private const string Speaks = """
        (module
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 8) "one line\n")
          (func (export "_start")
            (i32.store (i32.const 0) (i32.const 8))
            (i32.store (i32.const 4) (i32.const 9))
            (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 20)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20)))))
        """;

    [Fact]
    public async Task What_the_cluster_has_comes_to_the_screen()
    {
        await cluster.PushAsync("seen");
        await using var feed = Start();

        var snapshot = await UntilAsync(feed, s => s.Functions.Any(f => f.Name == "seen") && s.Workers.Count == 1 && s.Info is not null);

        Assert.Equal(LinkState.Live, snapshot.Link.State);
    }

    [Fact]
    public async Task A_query_is_answered_by_the_cluster()
    {
        await cluster.PushAsync("asked");
        await cluster.RunAsync("submit", "asked", "--wait");
        await using var feed = Start();
        Assert.True(JobQuery.TryParse("fn:asked state:succeeded", out var query, out _));
        feed.Want(Wish.Nothing with { Query = query });

        var snapshot = await UntilAsync(feed, s => s.Jobs.Query == query && s.Jobs.Jobs.Count > 0);

        Assert.All(snapshot.Jobs.Jobs, job => Assert.Equal("asked", job.Function));
    }

    [Fact]
    public async Task Details_come_tab_by_tab()
    {
        await cluster.PushAsync("speaks", Speaks);
        var job = (await cluster.RunAsync("submit", "speaks", "--wait")).Out.Trim();
        await using var feed = Start();

        feed.Want(Wish.Nothing with { Subject = new JobSubject(job), Tab = DetailTab.Logs });
        await UntilAsync(feed, _ => feed.Log is { Job: not "", HasNews: true } && feed.Current.Detail.Job is not null);
        feed.Want(Wish.Nothing with { Subject = new JobSubject(job), Tab = DetailTab.Result });
        var result = await UntilAsync(feed, s => s.Detail.Result is not null);
        feed.Want(Wish.Nothing with { Subject = new JobSubject(job), Tab = DetailTab.Explain });
        var explained = await UntilAsync(feed, s => s.Detail.Explanation is not null);

        Assert.Equal("one line\n"u8.ToArray(), result.Detail.Result!.Bytes);
        Assert.NotEmpty(explained.Detail.Explanation!.Summary);
    }

    [Fact]
    public async Task A_query_that_is_refused_is_told_and_the_orchestrator_is_there_all_the_same()
    {
        await using var feed = Start();
        Assert.True(JobQuery.TryParse("fn:No_Name", out var query, out _));
        feed.Want(Wish.Nothing with { Query = query });

        var snapshot = await UntilAsync(feed, s => s.Jobs.Query == query);

        Assert.Contains("No_Name", snapshot.Jobs.Problem);
        Assert.NotEqual(LinkState.Lost, snapshot.Link.State);
    }

    [Fact]
    public async Task The_log_of_a_job_that_is_run_again_goes_on()
    {
        await cluster.PushAsync("fails", Speaks.Replace("(drop (call $write (i32.const 1)", "unreachable (drop (call $write (i32.const 1)", StringComparison.Ordinal));
        var job = (await cluster.RunAsync("submit", "fails")).Out.Trim();
        await cluster.RunAsync("job", "wait", job);
        await using var feed = Start();
        var wish = Wish.Nothing with { Subject = new JobSubject(job), Tab = DetailTab.Logs };
        feed.Want(wish);
        var attempts = new HashSet<int>();
        await TakeUntilAsync(feed, attempts, isEnded => isEnded && attempts.Count > 0);
        var before = attempts.Max();

        Assert.Equal(0, (await cluster.RunAsync("job", "retry", job)).ExitCode);
        await TakeUntilAsync(feed, attempts, _ => attempts.Max() > before);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_told()
    {
        using var nobody = new Client.ClusterConnection(new Uri("http://127.0.0.1:1"), "");
        await using var feed = new ClusterFeed(nobody, "nowhere", TimeProvider.System, new Random(1));
        feed.Start();

        var snapshot = await UntilAsync(feed, s => s.Link.State == LinkState.Lost);

        Assert.Contains("cannot reach", snapshot.Link.Message);
        Assert.Null(snapshot.Link.LastHeard);
    }

    [Fact]
    public async Task A_wrong_token_is_told()
    {
        using var stranger = new Client.ClusterConnection(cluster.Url, "wrong");
        await using var feed = new ClusterFeed(stranger, "home", TimeProvider.System, new Random(1));
        feed.Start();

        Assert.NotEmpty((await UntilAsync(feed, s => s.Link.State == LinkState.Refused)).Link.Message);
    }

    private ClusterFeed Start()
    {
        var feed = new ClusterFeed(cluster.Connection, "home", TimeProvider.System, new Random(1));
        feed.Start();
        return feed;
    }

    private static Task<Snapshot> TakeUntilAsync(ClusterFeed feed, HashSet<int> attempts, Func<bool, bool> isThere) => UntilAsync(feed, _ =>
    {
        var (_, pieces, isEnded) = feed.Log.Take();
        attempts.UnionWith(pieces.Select(piece => piece.Chunk.Attempt));
        return isThere(isEnded);
    });

    private static async Task<Snapshot> UntilAsync(ClusterFeed feed, Func<Snapshot, bool> isThere)
    {
        var seen = new TaskCompletionSource<Snapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(Snapshot snapshot)
        {
            if (isThere(snapshot))
                seen.TrySetResult(snapshot);
        }

        feed.Published += Look;
        Look(feed.Current);
        try
        {
            return await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            feed.Published -= Look;
        }
    }
}
