namespace MiniLambda.Workbench.Tests.Commands.Workers;

/// <summary>Drain, resume and remove, on a cluster of their own.</summary>
public sealed class WorkerCommandTests : IClassFixture<RunningCluster>
{
    private readonly RunningCluster _cluster;

    public WorkerCommandTests(RunningCluster cluster) => _cluster = cluster;

    [Fact]
    public async Task A_worker_is_drained_and_resumed()
    {
        var drained = await _cluster.RunAsync("worker", "drain", "local-1", "--deadline", "5m", "--wait");
        Assert.Equal((0, "local-1 is drained\n"), (drained.ExitCode, drained.Out));
        Assert.Contains("drained", (await _cluster.RunAsync("worker", "list")).Out, StringComparison.Ordinal);
        Assert.Contains(", until ", (await _cluster.RunAsync("worker", "show", "local-1")).Out, StringComparison.Ordinal);
        var resumed = await _cluster.RunAsync("worker", "resume", "local-1");
        Assert.Equal((0, "local-1 is ready\n"), (resumed.ExitCode, resumed.Out));
        Assert.DoesNotContain("drained", (await _cluster.RunAsync("worker", "show", "local-1")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("resume")]
    [InlineData("remove")]
    public async Task A_worker_that_is_not_there_is_named(string verb)
    {
        var refused = await _cluster.RunAsync("worker", verb, "nobody");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("there is no worker 'nobody'", refused.Error, StringComparison.Ordinal);
    }
}
