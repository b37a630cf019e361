using MiniLambda.Domain.Events;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>Workers that fall silent.</summary>
internal sealed partial class Fleet
{
    /// <summary>Marks the workers that were silent for longer as suspect: they take no new leases until they are heard again. Returns those that are new.</summary>
    public List<string> Suspect(TimeSpan limit)
    {
        lock (_gate)
        {
            var suspects = _nodes.Values
                .Where(node => node is { Session: not null, IsSuspect: false } && clock.GetElapsedTime(node.LastSeenTimestamp) > limit).ToList();
            foreach (var node in suspects)
            {
                node.IsSuspect = true;
                events?.Tell(EventKind.WorkerSuspect, node.Name, "it missed two heartbeats");
            }

            return suspects.ConvertAll(static node => node.Name);
        }
    }

    /// <summary>Workers that are here, or were here of late.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _nodes.Count;
        }
    }

    /// <summary>
    /// How well a worker is heard. Of one with an open stream that is what <see cref="Suspect"/> found, so that what is told is what is acted on.
    /// Called under the lock, from <see cref="Describe"/>.
    /// </summary>
    public NodeHealth HealthOf(WorkerNode node, OrchestratorOptions options)
    {
        if (node.Session is not null)
            return node.IsSuspect ? NodeHealth.Suspect : NodeHealth.Here;
        return NodeHealthRules.Of(
            isConnected: false, node.IsStopping && node.Leases.Count == 0, clock.GetElapsedTime(node.LastSeenTimestamp), options.HeartbeatInterval,
            options.LeaseDuration);
    }

    /// <summary>Why a worker takes no jobs, in words that follow its name.</summary>
    private static string Rest(WorkerNode node) => node.IsPaused ? $"is paused: {node.Load.Paused}" : "takes no new jobs";

    private void SetLoad_NeedsLock(WorkerNode node, WorkerLoad load)
    {
        var was = node.IsPaused;
        node.Load = load;
        if (was && !node.IsPaused)
            _freed.Add(node);
    }
}

/// <summary>How a message of a worker changed whether it takes leases.</summary>
internal enum Readiness
{
    Same,

    /// <summary>It takes some again.</summary>
    Gained,

    /// <summary>It takes none any more.</summary>
    Lost,
}
