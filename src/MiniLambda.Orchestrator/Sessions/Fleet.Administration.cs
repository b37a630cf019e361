using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>What owners decide about workers, as the fleet acts on it.</summary>
internal sealed partial class Fleet
{
    private readonly Dictionary<string, Guid> _removed = new(StringComparer.Ordinal);

    /// <summary>Takes over the decisions that stood when the orchestrator started.</summary>
    public void Restore(IEnumerable<WorkerDecision> decisions)
    {
        lock (_gate)
        {
            foreach (var decision in decisions)
            {
                if (decision.RemovedInstance is { } instance)
                    _removed[decision.Worker] = instance;
                if (decision.DrainedAt is not { } since)
                    continue;
                var node = GetNode_NeedsLock(decision.Worker);
                node.LastSeenTimestamp = clock.GetTimestamp();
                node.Drain = Drain(since, decision.DrainUntil, decision.DrainUntil - clock.GetUtcNow());
            }
        }
    }

    public bool Knows(string worker)
    {
        lock (_gate)
            return _nodes.TryGetValue(worker, out var node) && !node.IsRemoved;
    }

    public bool IsConnected(string worker)
    {
        lock (_gate)
            return _nodes.TryGetValue(worker, out var node) && node.Session is not null;
    }

    /// <summary>The process behind a worker; null when it was not there since the orchestrator started.</summary>
    public Guid? InstanceOf(string worker)
    {
        lock (_gate)
            return _nodes.GetValueOrDefault(worker)?.Description?.Instance;
    }

    /// <summary>A worker takes nothing new until <see cref="Resume"/>.</summary>
    /// <param name="within">After so long, what it still holds goes back to the queue; null without a deadline.</param>
    public void Drain(string worker, DateTimeOffset now, TimeSpan? within)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(worker, out var node))
                return;
            node.Drain = Drain(node.Drain?.Since ?? now, now + within, within);
            events?.Tell(EventKind.WorkerDraining, worker, within is { } deadline ? $"within {DurationText.Format(deadline)}" : "");
        }
    }

    public void Resume(string worker)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(worker, out var node) || node.Drain is null)
                return;
            node.Drain = null;
            _freed.Add(node);
            events?.Tell(EventKind.WorkerResumed, worker);
        }
    }

    /// <summary>Cuts a worker off for good and gives its leases up; they are settled by whoever calls. Returns how many there were.</summary>
    public int Remove(string worker)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(worker, out var node))
                return 0;
            if (node.Description is { } description)
                _removed[worker] = description.Instance;
            node.IsRemoved = true;
            node.Drain = null;
            var fenced = node.Leases.Keys.Where(id => !node.IsFinishing(id)).ToList();
            fenced.ForEach(id => node.Orphans[id] = "was removed");
            events?.Tell(EventKind.WorkerRemoved, worker, GoToOthers(fenced.Count));
            node.Session?.Abort("it was removed");
            node.Session = null;
            return fenced.Count;
        }
    }

    /// <summary>Forgets the removed workers whose leases are settled.</summary>
    public void ForgetRemoved()
    {
        lock (_gate)
        {
            foreach (var node in _nodes.Values.Where(static node => node is { IsRemoved: true, Leases.Count: 0, Reserved: 0 }).ToList())
                _nodes.Remove(node.Name);
        }
    }

    /// <summary>How long until the next deadline of a drained worker that still holds something; null when there is none.</summary>
    public TimeSpan? NextDrainDeadline()
    {
        lock (_gate)
        {
            var waits = _nodes.Values.Where(static node => node is { Drain.Until: not null, Leases.Count: > 0 })
                .Select(node => node.Drain!.Within - clock.GetElapsedTime(node.Drain.Begun)).ToList();
            return waits.Count > 0 ? waits.Min() : null;
        }
    }

    /// <summary>Gives up the leases of drained workers whose deadline has passed: they are to be settled, and their guests stopped. Returns them.</summary>
    public List<(WorkerNode Node, JobId Id, int Attempt)> ExpireDrains()
    {
        lock (_gate)
        {
            var expired = new List<(WorkerNode, JobId, int)>();
            foreach (var node in _nodes.Values.Where(node => node.Drain is { Until: not null } drain && clock.GetElapsedTime(drain.Begun) >= drain.Within))
            {
                foreach (var lease in node.Leases.Values)
                {
                    node.Orphans.TryAdd(lease.Id, null);
                    expired.Add((node, lease.Id, lease.Attempt));
                }
            }

            return expired;
        }
    }

    /// <summary>The stream to a worker that does not hold this attempt any more; null when it does, or is away.</summary>
    public WorkerSession? SessionWithout(WorkerNode node, JobId id, int attempt)
    {
        lock (_gate)
            return node.Leases.TryGetValue(id, out var lease) && lease.Attempt == attempt ? null : node.Session;
    }

    private bool IsRemoved_NeedsLock(WorkerDescription description) =>
        _removed.TryGetValue(description.Name, out var instance) && instance == description.Instance;

    private NodeDrain Drain(DateTimeOffset since, DateTimeOffset? until, TimeSpan? within) =>
        new(since, until, clock.GetTimestamp(), within ?? TimeSpan.Zero);
}
