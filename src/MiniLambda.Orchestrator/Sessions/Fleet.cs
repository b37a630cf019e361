using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>The workers, their open streams and the leases they hold: what the dispatcher decides by. Rebuilt from the store after a restart.</summary>
internal sealed class Fleet(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, WorkerNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>Takes over the leases that stood when the orchestrator started; each worker has one lease duration to come back for them.</summary>
    public void Restore(IEnumerable<HeldLease> leases)
    {
        lock (_gate)
        {
            foreach (var lease in leases)
            {
                var node = GetNode_NeedsLock(lease.Worker);
                node.LastSeenTimestamp = clock.GetTimestamp();
                node.Leases[lease.Id] = new ActiveLease(lease.Id, lease.Attempt, lease.Function, lease.Version);
            }
        }
    }

    /// <summary>A worker dialled in. Null when another live process has its name.</summary>
    /// <param name="held">The attempts it says it holds.</param>
    /// <param name="welcome">Called before any lease can be sent on the new stream.</param>
    public JoinResult? Join(
        WorkerSession session, WorkerDescription description, IReadOnlyCollection<(JobId Id, int Attempt)> held, Action<JoinResult> welcome)
    {
        lock (_gate)
        {
            var node = GetNode_NeedsLock(description.Name);
            var before = node.Description;
            if (node.Session is { } open)
            {
                if (before!.Instance != description.Instance)
                    return null;
                open.Abort("the same worker dialled in again");
            }

            var lost = held.Where(h => !(node.Leases.TryGetValue(h.Id, out var lease) && lease.Attempt == h.Attempt)).ToList();
            // What the worker does not hold although it should: its process is a new one and ran it (lost), or the lease never reached it (unseen).
            var missing = node.Leases.Values
                .Where(lease => !node.Finishing.Contains(lease.Id) && !held.Contains((lease.Id, lease.Attempt))).ToList();
            foreach (var lease in missing)
                node.Finishing.Add(lease.Id);
            var restarted = before is null || before.Instance != description.Instance;
            node.Description = description;
            node.Session = session;
            node.Draining = false;
            node.ConnectedAt = clock.GetUtcNow();
            Touch_NeedsLock(node);
            var result = new JoinResult(lost, missing, restarted);
            welcome(result);
            return result;
        }
    }

    /// <summary>A stream ended; the leases stay until the worker comes back or its lease duration is over.</summary>
    public void Leave(WorkerSession session)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(session.WorkerName, out var node) && node.Session == session)
                node.Session = null;
        }
    }

    /// <summary>Anything came from a worker.</summary>
    public void Touch(WorkerSession session, WorkerLoad? load)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(session.WorkerName, out var node) || node.Session != session)
                return;
            Touch_NeedsLock(node);
            if (load is { } known)
                node.Load = known;
        }
    }

    public void Drain(WorkerSession session)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(session.WorkerName, out var node) && node.Session == session)
                node.Draining = true;
        }
    }

    /// <summary>Promises the best worker's slot to a job; null when none can take it now.</summary>
    public WorkerNode? Reserve(FunctionManifest manifest, BlobDigest module)
    {
        lock (_gate)
        {
            WorkerNode? best = null;
            var bestScore = double.NegativeInfinity;
            foreach (var node in _nodes.Values)
            {
                if (node.Credit == 0 || Placement.Refusal(manifest, node.Description!) is not null)
                    continue;
                var score = Placement.Score(manifest, node.Description!, node.Load, node.FreeSlots, node.KnowsModule(module));
                // A worker whose slots are all busy may queue short jobs, but only when no slot is free anywhere.
                if (node.FreeSlots == 0)
                    score -= 1000;
                if (score > bestScore)
                    (best, bestScore) = (node, score);
            }

            if (best is not null)
                best.Reserved++;
            return best;
        }
    }

    /// <summary>Whether any connected worker could ever take the function.</summary>
    public bool CanPlace(FunctionManifest manifest)
    {
        lock (_gate)
            return _nodes.Values.Any(n => n.Session is not null && !n.Draining && Placement.Refusal(manifest, n.Description!) is null);
    }

    public bool HasCredit
    {
        get
        {
            lock (_gate)
                return _nodes.Values.Any(n => n.Credit > 0);
        }
    }

    /// <summary>The promise of <see cref="Reserve"/> is taken back.</summary>
    public void CancelReservation(WorkerNode node)
    {
        lock (_gate)
            node.Reserved--;
    }

    /// <summary>The promise became a committed lease. Returns the stream to send it on, or null when the worker went away meanwhile.</summary>
    public WorkerSession? Grant(WorkerNode node, ActiveLease lease, BlobDigest module)
    {
        lock (_gate)
        {
            node.Reserved--;
            if (node.Session is null)
                return null;
            node.Leases[lease.Id] = lease;
            node.LearnModule(module);
            return node.Session;
        }
    }

    /// <summary>An attempt ended at its worker: its slot is free from now on, while the outcome is being committed. Null when it holds no such lease.</summary>
    public ActiveLease? BeginFinish(string worker, JobId id, int attempt, TimeSpan? took)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(worker, out var node) || !node.Leases.TryGetValue(id, out var lease) || lease.Attempt != attempt)
                return null;
            node.Finishing.Add(id);
            if (took is { } duration)
                node.LearnDuration(duration);
            return lease;
        }
    }

    /// <summary>An outcome was committed, or the attempt given back to the queue.</summary>
    public void EndLease(string worker, JobId id, int attempt)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(worker, out var node) || !node.Leases.TryGetValue(id, out var lease) || lease.Attempt != attempt)
                return;
            node.Leases.Remove(id);
            node.Finishing.Remove(id);
        }
    }

    /// <summary>Committing an outcome failed: the lease stands as before.</summary>
    public void UndoFinish(string worker, JobId id)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(worker, out var node))
                node.Finishing.Remove(id);
        }
    }

    /// <summary>The stream of the worker that runs an attempt, if it is there.</summary>
    public WorkerSession? FindSession(string worker)
    {
        lock (_gate)
            return _nodes.TryGetValue(worker, out var node) ? node.Session : null;
    }

    /// <summary>Streams that were silent for longer than the limit, and leases of workers that were away for longer.</summary>
    public (List<WorkerSession> Silent, List<(string Worker, ActiveLease Lease)> Expired) FindOverdue(TimeSpan limit)
    {
        var silent = new List<WorkerSession>();
        var expired = new List<(string, ActiveLease)>();
        lock (_gate)
        {
            foreach (var node in _nodes.Values)
            {
                if (clock.GetElapsedTime(node.LastSeenTimestamp) < limit)
                    continue;
                if (node.Session is { } session)
                {
                    silent.Add(session);
                    continue;
                }

                foreach (var lease in node.Leases.Values.Where(l => node.Finishing.Add(l.Id)))
                    expired.Add((node.Name, lease));
            }
        }

        return (silent, expired);
    }

    /// <summary>Every worker by name, as <paramref name="view"/> sees it under the lock.</summary>
    public List<T> Describe<T>(Func<WorkerNode, T> view)
    {
        lock (_gate)
            return _nodes.Values.Where(n => n.Description is not null).Select(view).ToList();
    }

    private WorkerNode GetNode_NeedsLock(string name)
    {
        if (!_nodes.TryGetValue(name, out var node))
            _nodes[name] = node = new WorkerNode(name);
        return node;
    }

    private void Touch_NeedsLock(WorkerNode node)
    {
        node.LastSeenAt = clock.GetUtcNow();
        node.LastSeenTimestamp = clock.GetTimestamp();
    }
}

/// <summary>How a worker's held leases compare with those it should hold.</summary>
/// <param name="Lost">Held by the worker, but not its any more.</param>
/// <param name="Missing">Its leases that it does not hold.</param>
/// <param name="Restarted">Its process is a new one, so that missing leases may have run.</param>
internal sealed record JoinResult(IReadOnlyList<(JobId Id, int Attempt)> Lost, IReadOnlyList<ActiveLease> Missing, bool Restarted);
