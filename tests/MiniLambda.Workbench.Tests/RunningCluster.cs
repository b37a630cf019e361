using Microsoft.Extensions.Logging;
using MiniLambda.Client;
using MiniLambda.Workbench.Commands.Up;

namespace MiniLambda.Workbench.Tests;

/// <summary>A cluster with one worker in this process.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    private EmbeddedCluster _cluster = null!;
    private ClusterConnection _connection = null!;

    public TestFolder Folder { get; } = new();

    public Uri Url => _cluster.Url;

    public ClusterConnection Connection => _connection;

    public async Task InitializeAsync()
    {
        _cluster = await EmbeddedCluster.StartAsync("http://127.0.0.1:0", Folder.At("data"), 1, "s3cret", LogLevel.None, CancellationToken.None);
        _connection = _cluster.Connect();
    }

    public Task<TypedCommand> RunAsync(params string[] args) => RunAsync(isTerminal: false, args);

    public Task<TypedCommand> RunAsync(bool isTerminal, params string[] args) => TypedCommand.RunAsync(
        new Dictionary<string, string> { ["MINILAMBDA_SERVER"] = Url.ToString(), ["MINILAMBDA_TOKEN"] = "s3cret", ["XDG_CONFIG_HOME"] = Folder.At("config") },
        isTerminal, args);

    /// <summary>Pushes a function from its text.</summary>
    public async Task PushAsync(string name, string wat = TestFolder.DoesNothing)
    {
        var pushed = await RunAsync("function", "push", Folder.Write($"{name}.wat", wat));
        Assert.Equal(0, pushed.ExitCode);
    }

    public async Task DisposeAsync()
    {
        _connection.Dispose();
        await _cluster.DisposeAsync();
        Folder.Dispose();
    }
}

/// <summary>Tests that share one cluster.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterGroup : ICollectionFixture<RunningCluster>
{
    public const string Name = "one cluster";
}
