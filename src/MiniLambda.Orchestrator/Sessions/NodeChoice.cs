using System.Text.Json;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>A slot that was promised to a job.</summary>
/// <param name="Slots">How many of the worker's slots it takes.</param>
/// <param name="MemoryBytes">Linear memory that its guest may use.</param>
/// <param name="Placed">How the worker was chosen: a <see cref="PlacementRecord"/>.</param>
internal sealed record Reservation(WorkerNode Node, int Slots, long MemoryBytes, string Placed);

/// <summary>
/// Who may take the jobs of one placement, and who of them is best now. The first changes only when workers come and go, and is kept; the second is
/// asked for each job and looks at a bounded number of workers, however many there are. Guarded by the lock of the <see cref="Fleet"/> that owns it.
/// </summary>
internal sealed class NodeChoice
{
    /// <summary>Workers with enough free slots that are compared for one job. More would find a slightly better one, and cost every job.</summary>
    private const int MaxCompared = 16;

    /// <summary>Workers with a free slot that are looked at for one job that needs several.</summary>
    private const int MaxSeen = 256;

    /// <summary>Refusals that are noted with a placement.</summary>
    private const int MaxNoted = 5;

    private readonly HashSet<WorkerNode> _eligible = [];
    private readonly List<string> _refusals = [];
    private readonly FreedNodes _freed;

    // Eligible workers that had a free slot when they were last looked at; each stands here once.
    private readonly List<WorkerNode> _open = [];
    private readonly HashSet<WorkerNode> _isOpen = [];
    private long _seen;
    private int _refused;
    private int _next;

    public NodeChoice(FunctionManifest manifest, IEnumerable<WorkerNode> nodes, FreedNodes freed)
    {
        (_freed, _seen) = (freed, freed.Count);
        foreach (var node in nodes.Where(static node => node.Session is not null))
        {
            if (Placement.Refusal(manifest, node.Description!) is not { } refusal)
                _eligible.Add(node);
            else if (++_refused <= MaxNoted)
                _refusals.Add($"{node.Name} {refusal}");
        }

        Open(_eligible);
    }

    /// <summary>Whether any connected worker that takes jobs could ever take these.</summary>
    public bool IsPossible => _eligible.Any(static node => node.TakesJobs);

    /// <summary>The best worker with enough free slots; null when there is none now.</summary>
    public Reservation? Choose(FunctionManifest manifest, BlobDigest module)
    {
        Open(_freed.TryRead(_seen, out var freed) ? freed : _eligible);
        _seen = _freed.Count;
        WorkerNode? best = null;
        var bestScore = double.NegativeInfinity;
        var compared = new List<PlacementCandidate>(Math.Min(_open.Count, MaxCompared));
        for (var looked = 0; looked < MaxSeen && looked < _open.Count && compared.Count < MaxCompared;)
        {
            // Begun at another one each time, so that no worker is passed over for where it stands in the list.
            _next = (_next + 1) % _open.Count;
            var node = _open[_next];
            var credit = node.Credit;
            if (credit == 0)
            {
                Close(_next);
                continue;
            }

            looked++;
            if (credit < manifest.Slots || !node.HasMemory(manifest.Limits.MemoryBytes))
                continue;
            var hasModule = node.KnowsModule(module);
            var free = node.FreeSlots;
            var score = Placement.Score(manifest, node.Description!, node.Load, free, hasModule);
            // A worker whose slots are all busy may queue short jobs, but only when no slot is free anywhere.
            if (free < manifest.Slots)
                score -= 1000;
            compared.Add(new PlacementCandidate(node.Name, Math.Round(score, 2), free, hasModule));
            if (score > bestScore)
                (best, bestScore) = (node, score);
        }

        if (best is null)
            return null;
        var record = new PlacementRecord(compared, _eligible.Count, _refusals, _refused);
        return new Reservation(best, manifest.Slots, manifest.Limits.MemoryBytes, JsonSerializer.Serialize(record, PlacementJson.Default.PlacementRecord));
    }

    private void Open(IEnumerable<WorkerNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (_eligible.Contains(node) && _isOpen.Add(node))
                _open.Add(node);
        }
    }

    private void Close(int index)
    {
        _isOpen.Remove(_open[index]);
        _open[index] = _open[^1];
        _open.RemoveAt(_open.Count - 1);
    }
}
