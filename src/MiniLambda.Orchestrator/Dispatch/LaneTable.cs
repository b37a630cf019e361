using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>
/// All lanes that hold jobs, each with its head in memory. Whose turn it is goes by tenants first, each by its weight, and within a tenant by rank.
/// Memory is bounded by the window and the number of lanes, whatever the backlog. Not safe for many threads: the dispatcher's lock guards it.
/// </summary>
/// <param name="window">Jobs held in memory, shared out among the lanes.</param>
/// <param name="weight">A tenant's share beside the others'.</param>
internal sealed class LaneTable(int window, Func<string, double> weight, TimeProvider clock)
{
    /// <summary>Jobs that each lane may hold in memory, however many lanes there are.</summary>
    private const int MinPerLane = 4;

    private readonly Dictionary<Lane, LaneQueue> _lanes = [];
    private readonly Dictionary<string, TenantQueue> _tenants = [];
    private readonly HashSet<LaneQueue> _hungry = [];
    private readonly HashSet<Lane> _resting = [];

    // What the tenant had that was last served: who comes after a pause begins there, so that nobody saves up while others are alone.
    private double _served;

    /// <summary>Whether the lanes that the store holds are all known.</summary>
    public bool IsComplete { get; set; }

    public bool HasReady => _tenants.Values.Any(static tenant => tenant.IsWaiting);

    /// <summary>Whether some lane has room for more than is in memory.</summary>
    public bool IsHungry => _hungry.Count > 0;

    private int Capacity => Math.Max(MinPerLane, window / Math.Max(1, _lanes.Count));

    /// <summary>Whether nobody of a lane waits, here or in the store, so that a new job of it may be placed at once.</summary>
    public bool IsFree(Lane lane) => IsComplete && !_lanes.ContainsKey(lane);

    public LaneQueue? Find(Lane lane) => _lanes.GetValueOrDefault(lane);

    /// <summary>A job came to the queue; the store has it.</summary>
    public void Add(ReadyEntry entry, bool canBePlaced) => Change(entry.Lane, lane =>
    {
        // As long as the lanes are not all known, older jobs of this one may stand in the store.
        if (!IsComplete && lane.IsEmpty)
            lane.Rewind();
        lane.Add(entry, Capacity);
        if (!canBePlaced && !lane.IsParked)
            lane.Park();
    });

    /// <summary>The store may hold jobs of a lane that were not seen.</summary>
    public void Rewind(Lane lane) => Change(lane, static queue => queue.Rewind());

    /// <summary>As <see cref="Rewind"/>, but the store failed: the lane is not read before <see cref="Resume"/>.</summary>
    public void Rest(Lane lane)
    {
        _resting.Add(lane);
        Rewind(lane);
    }

    /// <summary>Lanes that were put to rest are read again.</summary>
    public void Resume()
    {
        var rested = _resting.ToList();
        _resting.Clear();
        foreach (var lane in rested)
            Rewind(lane);
    }

    /// <summary>Goes through the jobs in order and takes each that <paramref name="place"/> finds a place for.</summary>
    /// <param name="mayRun">Whether a tenant may have one more job run.</param>
    /// <param name="isAnyFree">Whether there is any place left: asked when a job found none, so that each of many lanes need not find out for itself.</param>
    public List<(ReadyEntry Entry, T Place)> Take<T>(Func<string, bool> mayRun, Func<ReadyEntry, T?> place, Func<bool> isAnyFree)
        where T : class
    {
        var taken = new List<(ReadyEntry, T)>();
        var open = _tenants.Values.Where(static tenant => tenant.IsWaiting).ToList();
        var shut = new HashSet<string>();
        while (open.Count > 0)
        {
            var tenant = open.Count == 1 ? open[0] : open.MinBy(static candidate => candidate.Served)!;
            if (!mayRun(tenant.Name) || Next() is not (var lane, var found))
            {
                open.Remove(tenant);
                continue;
            }

            var head = lane.Head!;
            taken.Add((head, found));
            _served = Math.Max(_served, tenant.Served);
            Charge(tenant, head.Manifest);
            lane.Rate.Mark(clock);
            Change(lane.Lane, static queue => queue.RemoveHead());

            // In one walk over the lanes: begun again after each that finds no place, it would cost the square of their number.
            (LaneQueue Lane, T Place)? Next()
            {
                foreach (var candidate in tenant)
                {
                    if (shut.Contains(candidate.Lane.Placement))
                        continue;
                    if (place(candidate.Head!) is { } free)
                        return (candidate, free);
                    if (!isAnyFree())
                    {
                        open.Clear();
                        return null;
                    }

                    // Whoever asks for the same finds no place either.
                    shut.Add(candidate.Lane.Placement);
                }

                return null;
            }
        }

        return taken;
    }

    /// <summary>A job of a tenant was placed without waiting.</summary>
    public void Charge(string name, FunctionManifest manifest)
    {
        var tenant = GetTenant(name);
        Charge(tenant, manifest);
        // While nobody waits the time that counts goes on with whoever is served.
        if (!HasReady)
            _served = tenant.Served;
    }

    /// <summary>Leaves the lanes in the store that nobody could take any more, and takes up those that somebody can.</summary>
    public void Sort(Func<FunctionManifest, bool> canPlace)
    {
        foreach (var lane in _lanes.Values.Where(static lane => lane.Sample is not null).ToList())
        {
            var isPlaceable = canPlace(lane.Sample!);
            if (isPlaceable && lane.IsParked)
                Change(lane.Lane, static queue => queue.Unpark());
            else if (!isPlaceable && !lane.IsParked)
                Change(lane.Lane, static queue => queue.Park());
        }
    }

    /// <summary>The next lane to read on in, if any has room for more.</summary>
    public (LaneQueue Lane, LanePage Page)? BeginRead()
    {
        if (_hungry.Count == 0)
            return null;
        var lane = _hungry.First();
        _hungry.Remove(lane);
        return (lane, lane.BeginRead(Capacity));
    }

    /// <summary>A page was read.</summary>
    /// <param name="read">What the store gave.</param>
    /// <param name="entries">What of it could be understood.</param>
    public void EndRead(LaneQueue lane, LanePage page, IReadOnlyList<ReadyJob> read, IReadOnlyList<ReadyEntry> entries, Func<FunctionManifest, bool> canPlace)
    {
        ReadyCursor? last = read.Count == 0 ? null : new ReadyCursor(read[^1].Rank, read[^1].Sequence);
        Change(lane.Lane, queue =>
        {
            queue.EndRead(page, read.Count, last, entries, Capacity);
            if (queue.Sample is { } sample && !queue.IsParked && !canPlace(sample))
                queue.Park();
        });
    }

    private void Charge(TenantQueue tenant, FunctionManifest manifest) =>
        tenant.Served = Math.Max(tenant.Served, _served) + (manifest.Slots / weight(tenant.Name));

    private void Change(Lane key, Action<LaneQueue> change)
    {
        var tenant = GetTenant(key.Tenant);
        if (!_lanes.TryGetValue(key, out var lane))
            _lanes[key] = lane = new LaneQueue(key);
        var waited = tenant.IsWaiting;
        tenant.Detach(lane);
        change(lane);
        tenant.Attach(lane);
        if (!waited && tenant.IsWaiting)
            tenant.Served = Math.Max(tenant.Served, _served);
        if (lane.IsEmpty)
        {
            _lanes.Remove(key);
            _hungry.Remove(lane);
        }
        else if (lane is { StoreHasMore: true, IsParked: false } && lane.Count <= Capacity / 2 && !_resting.Contains(key))
        {
            _hungry.Add(lane);
        }
        else
        {
            _hungry.Remove(lane);
        }
    }

    private TenantQueue GetTenant(string name)
    {
        if (!_tenants.TryGetValue(name, out var tenant))
            _tenants[name] = tenant = new TenantQueue(name);
        return tenant;
    }
}
