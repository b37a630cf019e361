using Microsoft.Extensions.Logging;
using MiniLambda.Workbench.Commands.Up;

namespace MiniLambda.Workbench.Tests.Commands.Up;

public sealed class EmbeddedClusterTests
{
    [Fact]
    public async Task A_worker_that_is_gone_ends_the_run_and_is_named()
    {
        using var folder = new TestFolder();
        await using var cluster = await EmbeddedCluster.StartAsync("http://127.0.0.1:0", folder.At("data"), 1, null, LogLevel.None, CancellationToken.None);
        var running = cluster.RunAsync(CancellationToken.None);
        await cluster.DisposeAsync();
        Assert.StartsWith("local-1: the worker stopped by itself", (await Assert.ThrowsAsync<IOException>(() => running)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_ends_with_its_token()
    {
        using var folder = new TestFolder();
        using var stop = new CancellationTokenSource();
        await using var cluster = await EmbeddedCluster.StartAsync("http://127.0.0.1:0", folder.At("data"), 2, null, LogLevel.None, CancellationToken.None);
        var running = cluster.RunAsync(stop.Token);
        await stop.CancelAsync();
        await running;
    }
}
