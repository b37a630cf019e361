using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>A lease as the orchestrator remembers it; the store holds the truth.</summary>
/// <param name="HasStarted">Before the orchestrator's last restart, its guest was known to run.</param>
internal sealed record ActiveLease(JobId Id, int Attempt, FunctionName Function, int Version, bool HasStarted = false);

/// <summary>That a worker is drained.</summary>
/// <param name="Until">When what it still holds goes back to the queue, for people; null without a deadline.</param>
/// <param name="Begun">When the deadline was set, on the monotonic clock.</param>
/// <param name="Within">How long after that the deadline is.</param>
internal sealed record NodeDrain(DateTimeOffset Since, DateTimeOffset? Until, long Begun, TimeSpan Within);

/// <summary>One worker, connected or away. Guarded by the lock of the <see cref="Fleet"/> that owns it.</summary>
internal sealed class WorkerNode(string name)
{
    /// <summary>Slots that a worker may have.</summary>
    public const int MaxSlots = 1024;

    private const int MaxKnownModules = 4096;

    /// <summary>Weight of the newest attempt in the running mean of how long attempts take here.</summary>
    private const double DurationWeight = 0.2;

    private readonly HashSet<BlobDigest> _modules = [];
    private double _meanMilliseconds = double.NaN;

    public string Name { get; } = name;

    /// <summary>What it said of itself; null for a worker that is only known by leases from before a restart.</summary>
    public WorkerDescription? Description { get; set; }

    /// <summary>Its open stream; null while it is away.</summary>
    public WorkerSession? Session { get; set; }

    /// <summary>Takes no new leases, whatever its credit.</summary>
    public bool Draining => IsStopping || IsSuspect || IsRemoved || Drain is not null;

    /// <summary>It said that it takes no new leases: it shuts down.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Its owner drains it; null when nobody does. Outlives its stream and a restart of the orchestrator.</summary>
    public NodeDrain? Drain { get; set; }

    /// <summary>Its owner removed it: it is forgotten as soon as its leases are settled.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>It was not heard of in time; ends when it is heard again.</summary>
    public bool IsSuspect { get; set; }

    public WorkerLoad Load { get; set; }

    /// <summary>Its artifact cache as it last told; null before it did. Never changed, only replaced.</summary>
    public Contracts.V1.ArtifactCache? ArtifactCache { get; set; }

    public DateTimeOffset? ConnectedAt { get; set; }

    public DateTimeOffset? LastSeenAt { get; set; }

    /// <summary>When it was last heard of, on the monotonic clock, so that a jump of the wall clock expires no lease.</summary>
    public long LastSeenTimestamp { get; set; }

    public Dictionary<JobId, ActiveLease> Leases { get; } = [];

    /// <summary>Leases whose attempt ended and whose outcome is being committed: they occupy no slot any more.</summary>
    public HashSet<JobId> Finishing { get; } = [];

    /// <summary>Leases that the worker should hold and does not, with how they were lost; null when they never reached it. To be settled.</summary>
    public Dictionary<JobId, string?> Orphans { get; } = [];

    /// <summary>Attempts that were cancelled between the promise of a slot and their lease.</summary>
    public HashSet<(JobId Id, int Attempt)> Revoked { get; } = [];

    /// <summary>Slots promised to jobs whose lease is being committed.</summary>
    public int Reserved { get; set; }

    /// <summary>A promised slot is taken, or given back.</summary>
    public void EndReservation()
    {
        if (--Reserved == 0)
            Revoked.Clear();
    }

    public int Busy => Leases.Count - Finishing.Count + Reserved;

    /// <summary>Jobs that may be sent now without any of them waiting there.</summary>
    public int FreeSlots => Session is null || Draining ? 0 : Math.Max(0, Description!.Slots - Busy);

    /// <summary>Jobs that may be sent now; see <see cref="LeaseCredit"/>.</summary>
    public int Credit => Session is null || Draining
        ? 0
        : Math.Max(0, LeaseCredit.Compute(Description!.Slots, _meanMilliseconds) - Busy);

    public bool KnowsModule(BlobDigest module) => _modules.Contains(module);

    public void LearnModule(BlobDigest module)
    {
        if (_modules.Count >= MaxKnownModules)
            _modules.Clear();
        _modules.Add(module);
    }

    public void LearnDuration(TimeSpan duration)
    {
        var milliseconds = duration.TotalMilliseconds;
        _meanMilliseconds = double.IsNaN(_meanMilliseconds)
            ? milliseconds
            : (_meanMilliseconds * (1 - DurationWeight)) + (milliseconds * DurationWeight);
    }
}
