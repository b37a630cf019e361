namespace MiniLambda.Orchestrator.Sessions;

/// <summary>How well a worker is heard.</summary>
internal enum NodeHealth
{
    /// <summary>Its stream is open and it is heard in time.</summary>
    Here = 1,

    /// <summary>Its stream is gone: it said that it stops, or broke off a moment ago.</summary>
    Away,

    /// <summary>It missed two heartbeats, whether its stream is open or gone.</summary>
    Suspect,

    /// <summary>It stayed away for longer than its lease.</summary>
    Lost,
}

/// <summary>Tells from a worker's silence how it stands; pure calculations.</summary>
internal static class NodeHealthRules
{
    /// <summary>Heartbeats that a worker may miss before it is suspect.</summary>
    private const int MissedHeartbeats = 2;

    /// <summary>A worker that was silent for longer takes no new leases.</summary>
    public static TimeSpan SuspectAfter(TimeSpan heartbeatInterval) => MissedHeartbeats * heartbeatInterval;

    /// <param name="saidGoodbye">It said that it stops, and holds nothing any more.</param>
    /// <param name="silence">How long ago it was last heard, on the monotonic clock.</param>
    public static NodeHealth Of(bool isConnected, bool saidGoodbye, TimeSpan silence, TimeSpan heartbeatInterval, TimeSpan leaseDuration)
    {
        if (!isConnected && saidGoodbye)
            return NodeHealth.Away;
        if (!isConnected && silence >= leaseDuration)
            return NodeHealth.Lost;
        if (silence > SuspectAfter(heartbeatInterval))
            return NodeHealth.Suspect;
        return isConnected ? NodeHealth.Here : NodeHealth.Away;
    }
}
