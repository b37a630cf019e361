namespace MiniLambda.Workbench.Live;

/// <summary>What is read of a cluster.</summary>
internal enum Part
{
    Info,
    Functions,
    Jobs,
    Workers,
}

/// <summary>
/// Which reads are due: each at its own pace, sooner when something happened, but never more often than four times a second, nor for more than a fifth
/// of the time, unless a person waits.
/// </summary>
internal sealed class DueReads(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(240);

    private readonly Lock _gate = new();
    private readonly Dictionary<Part, long> _read = [];
    private readonly Dictionary<Part, TimeSpan> _took = [];
    private readonly HashSet<Part> _marked = [];
    private readonly HashSet<Part> _atOnce = [];

    /// <summary>Whether events tell what happens: reads that only look for changes are made less often then.</summary>
    public bool HasEvents { get; set; }

    /// <summary>Something happened to it.</summary>
    /// <param name="atOnce">A person waits for it.</param>
    public void Mark(Part part, bool atOnce = false)
    {
        lock (_gate)
        {
            _marked.Add(part);
            if (atOnce)
                _atOnce.Add(part);
        }
    }

    public void MarkAll()
    {
        foreach (var part in Enum.GetValues<Part>())
            Mark(part);
    }

    /// <summary>A read has been made: one that takes long is made less often.</summary>
    public void Took(Part part, TimeSpan time)
    {
        lock (_gate)
            _took[part] = time;
    }

    /// <summary>The reads that are due now; they count as made.</summary>
    public IReadOnlyList<Part> Take()
    {
        lock (_gate)
        {
            var due = Enum.GetValues<Part>().Where(IsDue_NeedsLock).ToList();
            foreach (var part in due)
            {
                _read[part] = clock.GetTimestamp();
                _marked.Remove(part);
                _atOnce.Remove(part);
            }

            return due;
        }
    }

    private bool IsDue_NeedsLock(Part part)
    {
        if (!_read.TryGetValue(part, out var last) || _atOnce.Contains(part))
            return true;
        var age = clock.GetElapsedTime(last);
        var rest = 5 * _took.GetValueOrDefault(part);
        return age >= rest && (age >= Pace(part) || (_marked.Contains(part) && age >= Shortest));
    }

    private TimeSpan Pace(Part part) => part switch
    {
        Part.Info => TimeSpan.FromSeconds(1),
        Part.Workers => TimeSpan.FromSeconds(2),
        Part.Jobs => TimeSpan.FromSeconds(HasEvents ? 10 : 1),
        _ => TimeSpan.FromSeconds(5),
    };
}
