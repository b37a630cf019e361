using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>A job next in line, with all that placing it needs.</summary>
/// <param name="Manifest">The version's manifest under the job's own settings.</param>
internal sealed record ReadyEntry(JobId Id, long Sequence, int Priority, FunctionVersion Function, FunctionManifest Manifest);

/// <summary>
/// The jobs that stand next in line, in memory: by descending priority, then by sequence. Bounded; what does not fit stays in the store and is read
/// when there is room. Not safe for many threads: the dispatcher's lock guards it.
/// </summary>
internal sealed class ReadyWindow(int capacity)
{
    private readonly SortedSet<ReadyEntry> _entries = new(Comparer<ReadyEntry>.Create(Compare));
    private readonly HashSet<JobId> _ids = [];

    public int Count => _entries.Count;

    public int Room => capacity - _entries.Count;

    /// <summary>
    /// Takes a job in. When the window is full the last in line goes, and false says that a job was left out (this one or that one).
    /// </summary>
    public bool Offer(ReadyEntry entry)
    {
        if (!_ids.Add(entry.Id))
            return true;
        _entries.Add(entry);
        if (_entries.Count <= capacity)
            return true;
        Remove(_entries.Max!);
        return false;
    }

    /// <summary>
    /// Goes through the jobs in order and removes each that <paramref name="place"/> finds a place for, until <paramref name="isFull"/> says that no
    /// place is left at all.
    /// </summary>
    public List<(ReadyEntry Entry, T Place)> Take<T>(Func<ReadyEntry, T?> place, Func<bool> isFull)
        where T : class
    {
        var taken = new List<(ReadyEntry, T)>();
        foreach (var entry in _entries)
        {
            if (place(entry) is { } found)
                taken.Add((entry, found));
            if (isFull())
                break;
        }

        foreach (var (entry, _) in taken)
            Remove(entry);
        return taken;
    }

    private void Remove(ReadyEntry entry)
    {
        _entries.Remove(entry);
        _ids.Remove(entry.Id);
    }

    private static int Compare(ReadyEntry? left, ReadyEntry? right)
    {
        var byPriority = right!.Priority.CompareTo(left!.Priority);
        return byPriority != 0 ? byPriority : left.Sequence.CompareTo(right.Sequence);
    }
}
