using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Events;
using MiniLambda.Orchestrator.Jobs;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>The workers, their open streams and the leases they hold: what the dispatcher decides by. Rebuilt from the store after a restart.</summary>
/// <param name="events">Told of what happens to workers, under the lock, so that it is told in order; null where nobody wants to know.</param>
internal sealed partial class Fleet(TimeProvider clock, WorkerEvents? events = null)
{
    /// <summary>A worker that was away for so long is not listed any more.</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(1);

    /// <summary>How a lease was lost with the process that held it.</summary>
    public const string Restarted = "was restarted";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, WorkerNode> _nodes = new(StringComparer.Ordinal);
    private readonly FreedNodes _freed = new();

    private NodeChoices Choices_NeedsLock => field ??= new NodeChoices(_nodes.Values, _freed);

    /// <summary>Takes over the leases that stood when the orchestrator started; each worker has one lease duration to come back for them.</summary>
    public void Restore(IEnumerable<(HeldLease Lease, BlobDigest Module, int Slots, long MemoryBytes)> leases)
    {
        lock (_gate)
        {
            foreach (var (lease, module, slots, memory) in leases)
            {
                var node = GetNode_NeedsLock(lease.Worker);
                node.LastSeenTimestamp = clock.GetTimestamp();
                node.AddLease(new ActiveLease(
                    lease.Id, lease.Attempt, lease.Tenant, lease.Function, lease.Version, module, lease.Input, lease.HasStarted, slots, memory));
            }
        }
    }

    /// <summary>A worker dialled in.</summary>
    /// <param name="held">The attempts it says it holds.</param>
    /// <param name="welcome">Called, before any lease can be sent on the new stream, with those that are not its any more.</param>
    public JoinAnswer Join(
        WorkerSession session, WorkerDescription description, IReadOnlySet<(JobId Id, int Attempt)> held,
        Action<IReadOnlyList<(JobId Id, int Attempt)>> welcome)
    {
        lock (_gate)
        {
            if (IsRemoved_NeedsLock(description))
                return JoinAnswer.Removed;
            var node = GetNode_NeedsLock(description.Name);
            var before = node.Description;
            if (node.Session is { } open)
            {
                if (before!.Instance != description.Instance)
                    return JoinAnswer.NameInUse;
                open.Abort("the same worker dialled in again");
            }

            var lost = held.Where(h => !(node.Leases.TryGetValue(h.Id, out var lease) && lease.Attempt == h.Attempt)).ToList();
            node.Orphans.Clear();
            // What the worker does not hold although it should: its process is a new one and may have run it, or the lease never reached it. Of leases
            // from before a restart of this orchestrator nothing is known but whether they had begun.
            foreach (var lease in node.Leases.Values.Where(lease => !held.Contains((lease.Id, lease.Attempt))))
                node.Orphans[lease.Id] = (before is null ? lease.HasStarted : before.Instance != description.Instance) ? Restarted : null;
            node.Description = description;
            node.Session = session;
            node.IsStopping = false;
            node.IsRemoved = false;
            node.IsLost = false;
            Choices_NeedsLock.Forget();
            node.Load = node.Load with { Paused = description.Paused };
            node.ConnectedAt = clock.GetUtcNow();
            Touch_NeedsLock(node);
            events?.Tell(EventKind.WorkerJoined, node.Name, $"{description.Arch}, {description.Os}, {description.Slots} {(description.Slots == 1 ? "slot" : "slots")}");
            welcome(lost);
            return JoinAnswer.Joined;
        }
    }

    /// <summary>The leases that connected workers should hold and do not; they are marked as finishing.</summary>
    public List<(string Worker, ActiveLease Lease, string? How)> TakeOrphans()
    {
        lock (_gate)
        {
            var orphans = new List<(string, ActiveLease, string?)>();
            foreach (var node in _nodes.Values.Where(node => node.Orphans.Count > 0))
            {
                foreach (var (id, how) in node.Orphans)
                {
                    if (node.BeginFinish(id))
                        orphans.Add((node.Name, node.Leases[id], how));
                }
            }

            return orphans;
        }
    }

    /// <summary>A stream ended; the leases stay until the worker comes back or its lease duration is over.</summary>
    public void Leave(WorkerSession session)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(session.WorkerName, out var node) && node.Session == session)
            {
                node.Session = null;
                Choices_NeedsLock.Forget();
                events?.Tell(EventKind.WorkerLeft, node.Name, node.IsStopping ? "it stopped" : session.AbortReason);
            }
        }
    }

    /// <summary>Anything came from a worker. Says whether it may take leases again, or takes none any more.</summary>
    public Readiness Touch(WorkerSession session, WorkerLoad? load, Contracts.V1.ArtifactCache? cache)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(session.WorkerName, out var node) || node.Session != session)
                return Readiness.Same;
            var took = node.TakesJobs;
            Touch_NeedsLock(node);
            if (load is { } known)
                SetLoad_NeedsLock(node, known);
            if (cache is not null)
            {
                node.ArtifactCache = cache;
                foreach (var artifact in cache.Artifacts)
                {
                    if (BlobDigest.TryParse(artifact.ModuleDigest, out var module))
                        node.LearnModule(module);
                }
            }

            return node.TakesJobs == took ? Readiness.Same : took ? Readiness.Lost : Readiness.Gained;
        }
    }

    public void Drain(WorkerSession session)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(session.WorkerName, out var node) || node.Session != session || node.IsStopping)
                return;
            node.IsStopping = true;
            events?.Tell(EventKind.WorkerDraining, node.Name, "it stops");
        }
    }

    /// <summary>Promises the best worker's slots to a job; null when none can take it now.</summary>
    /// <param name="placement">The job's <see cref="Placement.Key"/>.</param>
    public Reservation? Reserve(FunctionManifest manifest, BlobDigest module, string placement)
    {
        lock (_gate)
        {
            var reservation = Choices_NeedsLock.Of(manifest, placement).Choose(manifest, module);
            reservation?.Node.Reserve(reservation.Slots, reservation.MemoryBytes);
            return reservation;
        }
    }

    /// <summary>Whether any connected worker could ever take the function.</summary>
    public bool CanPlace(FunctionManifest manifest)
    {
        lock (_gate)
            return Choices_NeedsLock.Of(manifest, Placement.Key(manifest)).IsPossible;
    }

    /// <summary>Why each connected worker does not take a function, when none does.</summary>
    public IReadOnlyList<(string Worker, string Refusal)> Refusals(FunctionManifest manifest)
    {
        lock (_gate)
        {
            var refusals = new List<(string, string)>();
            foreach (var node in _nodes.Values.Where(node => node.Session is not null))
            {
                refusals.Add((node.Name, Placement.Refusal(manifest, node.Description!) ?? Rest(node)));
            }

            return refusals;
        }
    }

    /// <summary>How each connected worker stands to a function now: the best first, then those that cannot take it.</summary>
    public List<ExplainedNode> Candidates(FunctionManifest manifest, BlobDigest module, int limit)
    {
        lock (_gate)
        {
            return _nodes.Values.Where(node => node.Session is not null).Select(node =>
            {
                var refusal = Placement.Refusal(manifest, node.Description!)
                    ?? (!node.TakesJobs ? Rest(node) : node.Credit < manifest.Slots ? "is busy"
                        : node.HasMemory(manifest.Limits.MemoryBytes) ? "" : "has no memory left of what its owner gives to functions");
                var hasModule = node.KnowsModule(module);
                double? score = refusal.Length > 0 ? null : Placement.Score(manifest, node.Description!, node.Load, node.FreeSlots, hasModule);
                return new ExplainedNode(node.Name, score, node.FreeSlots, hasModule, refusal);
            }).OrderByDescending(node => node.Score).Take(limit).ToList();
        }
    }

    /// <summary>Has every connected worker that could take a function fetch its module ahead of need.</summary>
    public void Prefetch(FunctionVersion function)
    {
        var message = LeaseMessage.Prefetch(function);
        lock (_gate)
        {
            foreach (var node in _nodes.Values.Where(node => node.TakesJobs && Placement.Refusal(function.Manifest, node.Description!) is null))
            {
                node.Order(function.Module);
                node.Session!.TrySend(message);
            }
        }
    }

    /// <summary>Whether a worker may have a blob: a lease that it holds names it, or it was told to fetch it.</summary>
    public bool Needs(string worker, BlobDigest blob)
    {
        lock (_gate)
            return _nodes.TryGetValue(worker, out var node) && node.Needs(blob);
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
    public void CancelReservation(Reservation reservation)
    {
        lock (_gate)
            reservation.Node.EndReservation(reservation.Slots, reservation.MemoryBytes);
    }

    /// <summary>
    /// The promise became a lease, which is remembered in any case. Returns the stream to send it on, or null when the worker went away or the job was
    /// cancelled meanwhile.
    /// </summary>
    public WorkerSession? Grant(Reservation reservation, ActiveLease lease)
    {
        var node = reservation.Node;
        lock (_gate)
        {
            var isRevoked = node.Revoked.Remove((lease.Id, lease.Attempt));
            node.EndReservation(reservation.Slots, reservation.MemoryBytes);
            node.AddLease(lease with { Slots = reservation.Slots, MemoryBytes = reservation.MemoryBytes });
            if (isRevoked || node.Session is null)
                return null;
            node.LearnModule(lease.Module);
            return node.Session;
        }
    }

    /// <summary>A job was cancelled: its lease is no more, also for a worker that is away. Returns the stream to say so on, if there is one.</summary>
    public WorkerSession? Revoke(string worker, JobId id, int attempt)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(worker, out var node))
                return null;
            if (node.Leases.TryGetValue(id, out var lease) && lease.Attempt == attempt)
                node.RemoveLease(id);
            else if (node.Reserved > 0)
                node.Revoked.Add((id, attempt));
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
            node.BeginFinish(id);
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
            node.RemoveLease(id);
        }
    }

    /// <summary>Committing an outcome failed: the lease stands as before.</summary>
    public void UndoFinish(string worker, JobId id)
    {
        lock (_gate)
        {
            if (_nodes.TryGetValue(worker, out var node))
                node.UndoFinish(id);
        }
    }

    /// <summary>Streams that were silent for longer than the limit, and leases of workers that were away for longer.</summary>
    public (List<WorkerSession> Silent, List<(string Worker, ActiveLease Lease)> Expired) FindOverdue(TimeSpan limit)
    {
        var silent = new List<WorkerSession>();
        var expired = new List<(string, ActiveLease)>();
        lock (_gate)
        {
            foreach (var node in _nodes.Values.ToList())
            {
                var silence = clock.GetElapsedTime(node.LastSeenTimestamp);
                if (silence < limit)
                    continue;
                if (silence > ForgetAfter && node is { Session: null, Drain: null, Leases.Count: 0, Reserved: 0 })
                    _nodes.Remove(node.Name);
                if (node.Session is { } session)
                {
                    silent.Add(session);
                    continue;
                }

                if (!node.IsLost && !node.IsRemoved && (node.Leases.Count > 0 || node is { IsStopping: false, Description: not null }))
                {
                    node.IsLost = true;
                    events?.Tell(EventKind.WorkerLost, node.Name, GoToOthers(node.Leases.Count));
                }

                foreach (var lease in node.Leases.Values.Where(l => node.BeginFinish(l.Id)))
                    expired.Add((node.Name, lease));
            }
        }

        return (silent, expired);
    }

    /// <summary>Every worker by name, as <paramref name="view"/> sees it under the lock.</summary>
    public List<T> Describe<T>(Func<WorkerNode, T> view)
    {
        lock (_gate)
            return _nodes.Values.Where(n => !n.IsRemoved && (n.Description is not null || n.Drain is not null)).Select(view).ToList();
    }

    private static string GoToOthers(int jobs) => jobs == 0 ? "" : $"{(jobs == 1 ? "a job" : $"{jobs} jobs")} that it held go{(jobs == 1 ? "es" : "")} to others";

    private WorkerNode GetNode_NeedsLock(string name)
    {
        if (!_nodes.TryGetValue(name, out var node))
            _nodes[name] = node = new WorkerNode(name, _freed.Add);
        return node;
    }

    private void Touch_NeedsLock(WorkerNode node)
    {
        node.LastSeenAt = clock.GetUtcNow();
        node.LastSeenTimestamp = clock.GetTimestamp();
        if (!node.IsSuspect)
            return;
        node.IsSuspect = false;
        _freed.Add(node);
    }
}

/// <summary>What becomes of a worker that dials in.</summary>
internal enum JoinAnswer
{
    Joined = 1,

    /// <summary>Another live process has its name.</summary>
    NameInUse,

    /// <summary>Its owner removed this very process.</summary>
    Removed,
}
