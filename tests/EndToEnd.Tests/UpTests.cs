namespace MiniLambda.EndToEnd;

/// <summary>A whole cluster in one process, from its start to its end.</summary>
public sealed class UpTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = TemporaryFolder.Create();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _home.DisposeAsync();

    [Fact]
    public async Task A_cluster_says_whose_context_it_takes_over()
    {
        await using var first = await EndedAsync("one");
        await using var again = await EndedAsync("one");
        await using var other = await EndedAsync("two");
        Assert.Equal(("", ""), (first.Log.Trim(), again.Log.Trim()));
        Assert.Equal($"context 'local' was another cluster, at {again.ReadyLine}; it is this one now", other.Log.Trim());
        var list = await CommandResult.OfAsync(Programs.Workbench("context", "list"), _home.FullName);
        Assert.Contains(other.ReadyLine, list.Out, StringComparison.Ordinal);
    }

    /// <summary>A cluster that was ready once, and was stopped.</summary>
    private async Task<Daemon> EndedAsync(string data)
    {
        var program = Programs.Workbench("up", "--listen", "https://127.0.0.1:0", "--data", _home.At(data));
        program.Environment["XDG_CONFIG_HOME"] = _home.At("config");
        var cluster = await Daemon.StartAsync(program);
        Assert.Equal(0, (await cluster.TerminateAsync()).ExitCode);
        return cluster;
    }
}
