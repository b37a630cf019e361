using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>One page to be read from the store's queue.</summary>
/// <param name="After">Where it begins; null = at the start of the queue.</param>
internal readonly record struct ReadyPage(ReadyCursor? After, int Limit, int Rewinds, int LeftInStore);

/// <summary>
/// The queue as the dispatcher sees it: its head in the window, the rest in the store, and how far that has been read. Not safe for many threads: the
/// dispatcher's lock guards it.
/// </summary>
internal sealed class ReadyQueue(int capacity)
{
    /// <summary>Jobs read at least at once.</summary>
    private const int MinPage = 256;

    private readonly ReadyWindow _window = new(capacity);

    // Whether the store may hold ready jobs that the window lacks, and after which of them reading goes on.
    private bool _storeHasMore = true;
    private ReadyCursor? _cursor;

    // Lines of which jobs were left out of the full window since reading began; once all was read, they are the only ones in the store.
    private readonly HashSet<string> _leftLines = [];
    private bool _restIsKnown;

    // Count what happened while a read was under way: jobs left to the store, and orders to read from the start again.
    private int _leftInStore;
    private int _rewinds;

    private bool HasRoom => _window.Room >= (capacity + 1) / 2;

    /// <summary>Whether nobody of a line waits, here or in the store, so that a new job of it may be placed at once.</summary>
    public bool MayOvertake(string line) => !_window.Holds(line) && (!_storeHasMore || (_restIsKnown && !_leftLines.Contains(line)));

    /// <summary>Whether to read on: when there is room, and when workers are free that nothing here can use, until all that waits has been seen.</summary>
    public bool ShouldRead(bool workersAreFree) => _storeHasMore && (HasRoom || (!_restIsKnown && workersAreFree));

    /// <inheritdoc cref="ReadyWindow.Take"/>
    public List<(ReadyEntry Entry, T Place)> Take<T>(Func<ReadyEntry, T?> place)
        where T : class => _window.Take(place);

    /// <inheritdoc cref="ReadyWindow.RemoveLines"/>
    public void RemoveLines(Func<FunctionManifest, bool> canPlace) => _window.RemoveLines(canPlace);

    /// <summary>A job came to the queue; the store has it. While older jobs of its line are only there, it does not overtake them, except by priority.</summary>
    public void Add(ReadyEntry entry)
    {
        var isBehind = _cursor is { } cursor && (entry.Priority, -entry.Sequence).CompareTo((cursor.Priority, -cursor.Sequence)) < 0;
        if (_storeHasMore && !_restIsKnown && isBehind)
        {
            _leftInStore++;
        }
        else if (_restIsKnown && _leftLines.Contains(entry.Line) && !_window.IsAhead(entry))
        {
            if (!isBehind)
                ReadFromStart();
        }
        else if (_window.Offer(entry) is { } leftOut)
        {
            LeaveOut(leftOut);
        }
    }

    /// <summary>What is in the store may be other than was seen: it is read again from its start.</summary>
    public void Rewind()
    {
        (_storeHasMore, _restIsKnown) = (true, false);
        _leftLines.Clear();
        ReadFromStart();
    }

    /// <summary>The next page to read.</summary>
    public ReadyPage BeginRead() => new(_cursor, Math.Max(_window.Room, MinPage), _rewinds, _leftInStore);

    /// <summary>A page was read.</summary>
    /// <param name="read">What the store gave.</param>
    /// <param name="entries">What of it can be placed.</param>
    public void EndRead(ReadyPage page, IReadOnlyList<ReadyJob> read, IEnumerable<ReadyEntry> entries)
    {
        var left = entries.Select(_window.Offer).OfType<string>().ToList();
        if (page.Rewinds != _rewinds)
        {
            if (left.Count > 0)
                Rewind();
            return;
        }

        _leftLines.UnionWith(left);
        if (read.Count > 0)
            _cursor = new ReadyCursor(read[^1].Priority, read[^1].Sequence);
        if (read.Count == page.Limit || page.LeftInStore != _leftInStore)
            return;
        // All was read. What did not fit is read again from the start when there is room.
        _storeHasMore = _restIsKnown = _leftLines.Count > 0;
        _cursor = null;
        if (_restIsKnown && HasRoom)
            Rewind();
    }

    private void LeaveOut(string line)
    {
        var restWasKnown = !_storeHasMore || _restIsKnown;
        if (!restWasKnown)
        {
            Rewind();
            return;
        }

        (_storeHasMore, _restIsKnown) = (true, true);
        _leftLines.Add(line);
        ReadFromStart();
    }

    private void ReadFromStart()
    {
        _cursor = null;
        _rewinds++;
    }
}
