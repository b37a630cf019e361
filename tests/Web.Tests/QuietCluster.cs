namespace MiniLambda.Web.Tests;

/// <summary>An orchestrator without workers, for all tests of a class.</summary>
public sealed class QuietCluster : IAsyncLifetime
{
    public WebCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await WebCluster.StartAsync(withWorker: false);

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
