namespace MiniLambda.Orchestrator.Sessions;

/// <summary>Over how long workers spread their dialling when all their streams break at once, as at a restart of the orchestrator.</summary>
internal static class ReconnectWindow
{
    /// <summary>Workers that may come back in a second, on average.</summary>
    public const int WorkersPerSecond = 200;

    /// <summary>Grows with the number of workers, up to a third of the lease: whoever comes back then still holds its leases.</summary>
    public static TimeSpan Compute(int workers, TimeSpan leaseDuration)
    {
        var window = TimeSpan.FromSeconds(workers / (double)WorkersPerSecond);
        return window < leaseDuration / 3 ? window : leaseDuration / 3;
    }
}
