using System.Text.Json;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>A slot that was promised to a job.</summary>
/// <param name="Slots">How many of the worker's slots it takes.</param>
/// <param name="Placed">How the worker was chosen: a <see cref="PlacementRecord"/>.</param>
internal sealed record Reservation(WorkerNode Node, int Slots, string Placed);

/// <summary>
/// Who may take the jobs of one placement, and who of them is best now. The first changes only when workers come and go, and is kept; the second is
/// asked for each job and looks at a bounded number of workers, however many there are. Guarded by the lock of the <see cref="Fleet"/> that owns it.
/// </summary>
internal sealed class NodeChoice
{
    /// <summary>Workers with a free slot that are compared for one job. More would find a slightly better one, and cost every job.</summary>
    private const int MaxCompared = 16;

    /// <summary>Refusals that are noted with a placement.</summary>
    private const int MaxNoted = 5;

    private readonly List<WorkerNode> _eligible = [];
    private readonly List<string> _refusals = [];
    private int _refused;
    private int _next;

    public NodeChoice(FunctionManifest manifest, IEnumerable<WorkerNode> nodes)
    {
        foreach (var node in nodes.Where(static node => node.Session is not null))
        {
            if (Placement.Refusal(manifest, node.Description!) is not { } refusal)
                _eligible.Add(node);
            else if (++_refused <= MaxNoted)
                _refusals.Add($"{node.Name} {refusal}");
        }
    }

    /// <summary>Whether any connected worker that takes jobs could ever take these.</summary>
    public bool IsPossible => _eligible.Exists(static node => node.TakesJobs);

    /// <summary>The best worker with enough free slots; null when there is none now.</summary>
    public Reservation? Choose(FunctionManifest manifest, BlobDigest module)
    {
        WorkerNode? best = null;
        var bestScore = double.NegativeInfinity;
        var compared = new List<PlacementCandidate>(Math.Min(_eligible.Count, MaxCompared));
        // Begun at another one each time, so that no worker is passed over for where it stands in the list.
        _next = _eligible.Count == 0 ? 0 : (_next + 1) % _eligible.Count;
        for (var i = 0; i < _eligible.Count && compared.Count < MaxCompared; i++)
        {
            var node = _eligible[(_next + i) % _eligible.Count];
            if (node.Credit < manifest.Slots)
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
        return new Reservation(best, manifest.Slots, JsonSerializer.Serialize(record, PlacementJson.Default.PlacementRecord));
    }
}
