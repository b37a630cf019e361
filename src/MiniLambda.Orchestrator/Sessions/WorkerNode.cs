using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>A lease as the orchestrator remembers it; the store holds the truth.</summary>
/// <param name="Tenant">Whose job it is.</param>
/// <param name="Module">What it runs.</param>
/// <param name="Input">What it reads, when that is a blob; else empty.</param>
/// <param name="HasStarted">Before the orchestrator's last restart, its guest was known to run.</param>
/// <param name="Slots">How many of the worker's slots it takes.</param>
/// <param name="MemoryBytes">Linear memory that its guest may use.</param>
internal sealed record ActiveLease(
    JobId Id, int Attempt, string Tenant, FunctionName Function, int Version, BlobDigest Module, BlobDigest Input = default, bool HasStarted = false,
    int Slots = 1, long MemoryBytes = 0);

/// <summary>That a worker is drained.</summary>
/// <param name="Until">When what it still holds goes back to the queue, for people; null without a deadline.</param>
/// <param name="Begun">When the deadline was set, on the monotonic clock.</param>
/// <param name="Within">How long after that the deadline is.</param>
internal sealed record NodeDrain(DateTimeOffset Since, DateTimeOffset? Until, long Begun, TimeSpan Within);

/// <summary>One worker, connected or away. Guarded by the lock of the <see cref="Fleet"/> that owns it.</summary>
/// <param name="freed">Called when it may have become able to take more.</param>
internal sealed class WorkerNode(string name, Action<WorkerNode> freed)
{
    /// <summary>Slots that a worker may have.</summary>
    public const int MaxSlots = 1024;

    private const int MaxKnownModules = 4096;

    /// <summary>Weight of the newest attempt in the running mean of how long attempts take here.</summary>
    private const double DurationWeight = 0.2;

    private readonly HashSet<BlobDigest> _modules = [];
    private readonly HashSet<BlobDigest> _ordered = [];
    private readonly Dictionary<JobId, ActiveLease> _leases = [];
    private readonly HashSet<JobId> _finishing = [];
    private double _meanMilliseconds = double.NaN;

    // Of the guests that it holds, and of those that it was promised.
    private long _memory;

    public string Name { get; } = name;

    /// <summary>What it said of itself; null for a worker that is only known by leases from before a restart.</summary>
    public WorkerDescription? Description { get; set; }

    /// <summary>Its open stream; null while it is away.</summary>
    public WorkerSession? Session { get; set; }

    /// <summary>Takes no new leases, whatever its credit.</summary>
    public bool Draining => IsStopping || IsSuspect || IsRemoved || Drain is not null || IsPaused;

    /// <summary>It takes nothing new for now, as its owner wants it; its load says why.</summary>
    public bool IsPaused => !string.IsNullOrEmpty(Load.Paused);

    /// <summary>It said that it takes no new leases: it shuts down.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Its owner drains it; null when nobody does. Outlives its stream and a restart of the orchestrator.</summary>
    public NodeDrain? Drain { get; set; }

    /// <summary>Its owner removed it: it is forgotten as soon as its leases are settled.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>It was not heard of in time; ends when it is heard again.</summary>
    public bool IsSuspect { get; set; }

    /// <summary>It stayed away for longer than its lease; ends when it dials in again.</summary>
    public bool IsLost { get; set; }

    public WorkerLoad Load { get; set; }

    /// <summary>Its artifact cache as it last told; null before it did. Never changed, only replaced.</summary>
    public Contracts.V1.ArtifactCache? ArtifactCache { get; set; }

    public DateTimeOffset? ConnectedAt { get; set; }

    public DateTimeOffset? LastSeenAt { get; set; }

    /// <summary>When it was last heard of, on the monotonic clock, so that a jump of the wall clock expires no lease.</summary>
    public long LastSeenTimestamp { get; set; }

    public IReadOnlyDictionary<JobId, ActiveLease> Leases => _leases;

    /// <summary>Leases that the worker should hold and does not, with how they were lost; null when they never reached it. To be settled.</summary>
    public Dictionary<JobId, string?> Orphans { get; } = [];

    /// <summary>Attempts that were cancelled between the promise of a slot and their lease.</summary>
    public HashSet<(JobId Id, int Attempt)> Revoked { get; } = [];

    /// <summary>Slots that are taken or promised.</summary>
    public int Busy
    {
        get;
        private set
        {
            var less = value < field;
            field = value;
            if (less)
                freed(this);
        }
    }

    /// <summary>Slots promised to jobs whose lease is being committed.</summary>
    public int Reserved { get; private set; }

    /// <summary>Whether it is connected and may get jobs.</summary>
    public bool TakesJobs => Session is not null && !Draining;

    public void Reserve(int slots, long memoryBytes)
    {
        Reserved += slots;
        _memory += memoryBytes;
        Busy += slots;
    }

    /// <summary>A promise is kept, or taken back.</summary>
    public void EndReservation(int slots, long memoryBytes)
    {
        _memory -= memoryBytes;
        Busy -= slots;
        Reserved -= slots;
        if (Reserved == 0)
            Revoked.Clear();
    }

    public void AddLease(ActiveLease lease)
    {
        RemoveLease(lease.Id);
        _leases[lease.Id] = lease;
        _memory += lease.MemoryBytes;
        Busy += lease.Slots;
    }

    public void RemoveLease(JobId id)
    {
        Orphans.Remove(id);
        if (!_leases.Remove(id, out var lease))
            return;
        if (!_finishing.Remove(id))
            Release(lease);
    }

    /// <summary>A lease's attempt ended and its outcome is being committed: it occupies no slot any more. False when that was so before.</summary>
    public bool BeginFinish(JobId id)
    {
        if (!_leases.TryGetValue(id, out var lease) || !_finishing.Add(id))
            return false;
        Release(lease);
        return true;
    }

    /// <summary>Whether a lease's outcome is being committed.</summary>
    public bool IsFinishing(JobId id) => _finishing.Contains(id);

    /// <summary>Committing an outcome failed: the lease stands as before.</summary>
    public void UndoFinish(JobId id)
    {
        if (!_finishing.Remove(id))
            return;
        _memory += _leases[id].MemoryBytes;
        Busy += _leases[id].Slots;
    }

    /// <summary>Whether its owner's limit leaves room for a guest of so much memory beside those that it holds.</summary>
    public bool HasMemory(long bytes) => Description!.GuestMemoryBytes is not { } limit || _memory + bytes <= limit;

    /// <summary>Jobs that may be sent now without any of them waiting there.</summary>
    public int FreeSlots => TakesJobs ? Math.Max(0, Description!.Slots - Busy) : 0;

    /// <summary>Jobs that may be sent now; see <see cref="LeaseCredit"/>.</summary>
    public int Credit => TakesJobs ? Math.Max(0, LeaseCredit.Compute(Description!.Slots, _meanMilliseconds) - Busy) : 0;

    public bool KnowsModule(BlobDigest module) => _modules.Contains(module);

    public void LearnModule(BlobDigest module)
    {
        if (_modules.Count >= MaxKnownModules)
            _modules.Clear();
        _modules.Add(module);
    }

    // The memory first: who is told of the free slot looks at both.
    private void Release(ActiveLease lease)
    {
        _memory -= lease.MemoryBytes;
        Busy -= lease.Slots;
    }

    /// <summary>It was told to fetch a module ahead of need.</summary>
    public void Order(BlobDigest module)
    {
        if (_ordered.Count >= MaxKnownModules)
            _ordered.Clear();
        _ordered.Add(module);
    }

    /// <summary>Whether a lease of its own names a blob, or it was told to fetch it.</summary>
    public bool Needs(BlobDigest blob) => _ordered.Contains(blob) || _leases.Values.Any(lease => lease.Module == blob || lease.Input == blob);

    public void LearnDuration(TimeSpan duration)
    {
        var milliseconds = duration.TotalMilliseconds;
        _meanMilliseconds = double.IsNaN(_meanMilliseconds)
            ? milliseconds
            : (_meanMilliseconds * (1 - DurationWeight)) + (milliseconds * DurationWeight);
    }
}
