namespace MiniLambda.Orchestrator.Sessions;

/// <summary>
/// The workers that lately became able to take more, in order. Whoever looks for a free worker reads on from where it stopped, so that a thousand busy
/// ones need not be gone through for each job. Bounded: who fell behind looks at all of them once.
/// </summary>
internal sealed class FreedNodes
{
    private const int Kept = 4096;

    private readonly WorkerNode[] _ring = new WorkerNode[Kept];

    /// <summary>How many were noted, ever.</summary>
    public long Count { get; private set; }

    public void Add(WorkerNode node) => _ring[Count++ % Kept] = node;

    /// <summary>Those that were noted since there were <paramref name="seen"/>; false when some of them are not kept any more.</summary>
    public bool TryRead(long seen, out IEnumerable<WorkerNode> nodes)
    {
        nodes = Read(seen);
        return Count - seen <= Kept;
    }

    private IEnumerable<WorkerNode> Read(long seen)
    {
        for (; seen < Count; seen++)
            yield return _ring[seen % Kept];
    }
}
