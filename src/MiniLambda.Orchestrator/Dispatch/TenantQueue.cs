namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>One tenant's lanes, and how much of the machines it had; guarded by the dispatcher's lock.</summary>
internal sealed class TenantQueue(string name)
{
    // By their heads; only lanes that have one.
    private readonly SortedSet<LaneQueue> _lanes = new(Comparer<LaneQueue>.Create(static (left, right) => Compare(left.Head!, right.Head!)));

    public string Name { get; } = name;

    /// <summary>Slots that its jobs were given, over its weight: of the tenants that wait, the one with the least is next (start-time fair queueing).</summary>
    public double Served { get; set; }

    public bool IsWaiting => _lanes.Count > 0;

    /// <summary>Takes a lane out of the order before its head changes.</summary>
    public void Detach(LaneQueue lane)
    {
        if (lane.Head is not null)
            _lanes.Remove(lane);
    }

    /// <summary>Puts a lane back in order.</summary>
    public void Attach(LaneQueue lane)
    {
        if (lane.Head is not null)
            _lanes.Add(lane);
    }

    /// <summary>The lanes that have a head, the first of them first.</summary>
    public SortedSet<LaneQueue>.Enumerator GetEnumerator() => _lanes.GetEnumerator();

    private static int Compare(ReadyEntry left, ReadyEntry right)
    {
        var byRank = left.Place.Rank.CompareTo(right.Place.Rank);
        return byRank != 0 ? byRank : left.Place.Sequence.CompareTo(right.Place.Sequence);
    }
}
