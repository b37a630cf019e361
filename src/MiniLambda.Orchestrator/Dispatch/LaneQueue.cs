using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>One page of a lane to be read from the store.</summary>
/// <param name="After">Where it begins; null = at the head of the lane.</param>
internal readonly record struct LanePage(ReadyCursor? After, int Limit, int Generation);

/// <summary>
/// One lane as the dispatcher sees it: its head in memory, the rest in the store, and how far that was read. Not safe for many threads: the
/// dispatcher's lock guards it.
/// </summary>
internal sealed class LaneQueue(Lane lane)
{
    private static readonly Comparer<ReadyEntry> ByPlace = Comparer<ReadyEntry>.Create(static (left, right) => Compare(left.Place, right.Place));

    private readonly SortedSet<ReadyEntry> _entries = new(ByPlace);

    // What stands in the store up to here is, or was, in memory.
    private ReadyCursor? _readTo;

    // What happens while a read is under way: the first of the jobs that were left to the store, and how often there was a reason to read anew.
    private ReadyCursor? _leftInStore;
    private int _generation;

    public Lane Lane { get; } = lane;

    /// <summary>The job that runs next; null when none is in memory.</summary>
    public ReadyEntry? Head { get; private set; }

    public int Count => _entries.Count;

    /// <summary>Whether the store may hold jobs of this lane that are not in memory.</summary>
    public bool StoreHasMore { get; private set; }

    /// <summary>No connected worker could take its jobs: they are left in the store until one comes.</summary>
    public bool IsParked { get; private set; }

    /// <summary>What its jobs ask of a worker; null before one was seen.</summary>
    public FunctionManifest? Sample { get; private set; }

    /// <summary>How fast its jobs are placed.</summary>
    public RateMeter Rate { get; } = new();

    /// <summary>Whether nothing is left of it.</summary>
    public bool IsEmpty => Head is null && !StoreHasMore;

    /// <summary>A job came to the queue; the store has it. It is kept in memory when all that stand before it are.</summary>
    public void Add(ReadyEntry entry, int capacity)
    {
        Sample ??= entry.Manifest;
        if (IsParked || (StoreHasMore && (_readTo is not { } read || Compare(entry.Place, read) > 0)))
        {
            StoreHasMore = true;
            if (_leftInStore is not { } first || Compare(entry.Place, first) < 0)
                _leftInStore = entry.Place;
            return;
        }

        _entries.Add(entry);
        Trim(capacity);
    }

    /// <summary>The head is on its way to a worker.</summary>
    public void RemoveHead()
    {
        _entries.Remove(Head!);
        Head = _entries.Min;
    }

    public LanePage BeginRead(int capacity)
    {
        _leftInStore = null;
        return new LanePage(_readTo, Math.Max(1, capacity - _entries.Count), _generation);
    }

    /// <summary>A page was read; <paramref name="count"/> jobs stood in it, up to <paramref name="last"/>.</summary>
    public void EndRead(LanePage page, int count, ReadyCursor? last, IEnumerable<ReadyEntry> entries, int capacity)
    {
        if (page.Generation != _generation || IsParked)
            return;
        if (_leftInStore is { } left && last is { } end && Compare(left, end) < 0)
        {
            // It came too late to be in the page that it belongs to.
            Rewind();
            return;
        }

        foreach (var entry in entries)
        {
            Sample ??= entry.Manifest;
            _entries.Add(entry);
        }

        _readTo = last ?? _readTo;
        // A short page is the end, unless a job was left to the store since it was asked for.
        StoreHasMore = count == page.Limit || _leftInStore is not null;
        Trim(capacity);
    }

    /// <summary>The store may hold other jobs than were seen: it is read again from the head. What is in memory stands there too.</summary>
    public void Rewind()
    {
        _entries.Clear();
        Head = null;
        StoreHasMore = true;
        _readTo = null;
        _generation++;
    }

    public void Park()
    {
        IsParked = true;
        Rewind();
    }

    public void Unpark() => IsParked = false;

    private void Trim(int capacity)
    {
        while (_entries.Count > capacity)
        {
            _entries.Remove(_entries.Max!);
            StoreHasMore = true;
            _readTo = _entries.Max!.Place;
            _generation++;
        }

        Head = _entries.Min;
    }

    private static int Compare(ReadyCursor left, ReadyCursor right)
    {
        var byRank = left.Rank.CompareTo(right.Rank);
        return byRank != 0 ? byRank : left.Sequence.CompareTo(right.Sequence);
    }
}
