using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>A job next in line, with all that placing it needs.</summary>
/// <param name="Manifest">The version's manifest under the job's own settings.</param>
internal sealed record ReadyEntry(JobId Id, long Sequence, int Priority, FunctionVersion Function, FunctionManifest Manifest)
{
    /// <summary>Which line it stands in: jobs of one line can go to the same workers.</summary>
    public string Line { get; } = Placement.Key(Manifest);
}

/// <summary>
/// The jobs that stand next in line, in memory: by descending priority, then by sequence. There is a line for each kind of placement, so that jobs
/// which wait for one worker neither hide nor slow down those that any could take. Bounded; what does not fit stays in the store and is read when
/// there is room. Not safe for many threads: the dispatcher's lock guards it.
/// </summary>
internal sealed class ReadyWindow(int capacity)
{
    private readonly Dictionary<string, SortedSet<ReadyEntry>> _lines = [];
    private readonly HashSet<JobId> _ids = [];

    public int Room => capacity - _ids.Count;

    /// <summary>Whether jobs of this line wait.</summary>
    public bool Holds(string line) => _lines.ContainsKey(line);

    /// <summary>Whether a job comes before another one of its line that waits here.</summary>
    public bool IsAhead(ReadyEntry entry) => _lines.TryGetValue(entry.Line, out var line) && Compare(entry, line.Max) < 0;

    /// <summary>
    /// Takes a job in. When the window is full the last job of the longest line goes: the answer is the line that lost one (this job or another), or
    /// null when nothing was left out.
    /// </summary>
    public string? Offer(ReadyEntry entry)
    {
        if (!_ids.Add(entry.Id))
            return null;
        if (!_lines.TryGetValue(entry.Line, out var line))
            _lines[entry.Line] = line = new SortedSet<ReadyEntry>(Comparer<ReadyEntry>.Create(Compare));
        line.Add(entry);
        if (_ids.Count <= capacity)
            return null;
        var last = _lines.Values.MaxBy(static candidate => candidate.Count)!.Max!;
        Remove(last);
        return last.Line;
    }

    /// <summary>Goes through the jobs in order and removes each that <paramref name="place"/> finds a place for; a line whose first job finds none is left.</summary>
    public List<(ReadyEntry Entry, T Place)> Take<T>(Func<ReadyEntry, T?> place)
        where T : class
    {
        var taken = new List<(ReadyEntry, T)>();
        var open = new List<SortedSet<ReadyEntry>>(_lines.Values);
        while (open.Count > 0)
        {
            var line = open.Count == 1 ? open[0] : open.Aggregate(static (best, next) => Compare(next.Min, best.Min) < 0 ? next : best);
            var first = line.Min!;
            if (place(first) is not { } found)
            {
                open.Remove(line);
                continue;
            }

            taken.Add((first, found));
            Remove(first);
            if (line.Count == 0)
                open.Remove(line);
        }

        return taken;
    }

    /// <summary>Drops the lines that nobody could take any more.</summary>
    public void RemoveLines(Func<FunctionManifest, bool> canPlace)
    {
        foreach (var line in _lines.Values.Where(line => !canPlace(line.Min!.Manifest)).ToList())
        {
            foreach (var entry in line.ToList())
                Remove(entry);
        }
    }

    private void Remove(ReadyEntry entry)
    {
        var line = _lines[entry.Line];
        line.Remove(entry);
        if (line.Count == 0)
            _lines.Remove(entry.Line);
        _ids.Remove(entry.Id);
    }

    private static int Compare(ReadyEntry? left, ReadyEntry? right)
    {
        var byPriority = right!.Priority.CompareTo(left!.Priority);
        return byPriority != 0 ? byPriority : left.Sequence.CompareTo(right.Sequence);
    }
}
