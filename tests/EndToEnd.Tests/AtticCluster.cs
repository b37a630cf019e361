namespace MiniLambda.EndToEnd;

/// <summary>
/// A cluster for all tests of a class: the worker <c>attic</c> with two slots, and the functions <c>hello</c> and <c>nap</c>, which may run for ten minutes.
/// </summary>
public sealed class AtticCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await StartAsync();

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    /// <summary>One like it, for a test that does to a cluster what others would not bear.</summary>
    internal static async Task<Cluster> StartAsync()
    {
        var cluster = await Cluster.StartAsync("attic");
        await cluster.PushAsync("hello", "hello");
        await cluster.PushAsync("sleepy", "nap", "[limits]\ntimeout = \"10m\"\n");
        return cluster;
    }
}
