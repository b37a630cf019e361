using Microsoft.Extensions.Logging;
using MiniLambda.Workbench.Commands.Up;

namespace MiniLambda.Workbench.Tests;

/// <summary>A cluster with one worker in this process that serves TLS.</summary>
public sealed class SecureCluster : IAsyncLifetime
{
    private EmbeddedCluster _cluster = null!;

    public TestFolder Folder { get; } = new();

    public string Url => _cluster.Url.ToString().TrimEnd('/');

    public string Fingerprint => $"{_cluster.Authority!.Fingerprint}";

    public async Task InitializeAsync() =>
        _cluster = await EmbeddedCluster.StartAsync("https://127.0.0.1:0", Folder.At("data"), 1, "s3cret", LogLevel.None, CancellationToken.None);

    /// <param name="config">Where the contexts of the one who types are.</param>
    public Task<TypedCommand> RunAsAsync(string config, string input, params string[] args) => TypedCommand.RunAsync(
        new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = Folder.At(config) }, isTerminal: false, input, args);

    /// <summary>As one who knows the cluster from the environment.</summary>
    public Task<TypedCommand> RunAsync(params string[] args) => TypedCommand.RunAsync(
        new Dictionary<string, string>
        {
            ["MINILAMBDA_SERVER"] = Url,
            ["MINILAMBDA_TOKEN"] = "s3cret",
            ["MINILAMBDA_AUTHORITY"] = Fingerprint,
            ["XDG_CONFIG_HOME"] = Folder.At("config"),
        },
        isTerminal: false, args);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Folder.Dispose();
    }
}
