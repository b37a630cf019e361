using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>
/// The <see cref="NodeChoice"/> of each placement. Placements tell functions apart, of which there may be many; while no owner pins any, all that ask for
/// the same share one choice, so that memory and what it costs when workers come and go are those of a few. Guarded by the lock of the <see cref="Fleet"/>.
/// </summary>
internal sealed class NodeChoices(IReadOnlyCollection<WorkerNode> nodes, FreedNodes freed)
{
    /// <summary>Placements whose workers are remembered.</summary>
    private const int Max = 10_000;

    private readonly Dictionary<string, NodeChoice> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeChoice> _shared = new(StringComparer.Ordinal);
    private bool? _isPinned;

    /// <param name="placement">The job's <see cref="Placement.Key"/>.</param>
    public NodeChoice Of(FunctionManifest manifest, string placement) =>
        _known.TryGetValue(placement, out var known) ? known : Add(manifest, placement);

    /// <summary>Workers came or went.</summary>
    public void Forget()
    {
        _known.Clear();
        _shared.Clear();
        _isPinned = null;
    }

    private NodeChoice Add(FunctionManifest manifest, string placement)
    {
        if (_known.Count >= Max)
            _known.Clear();
        if (_shared.Count >= Max)
            _shared.Clear();
        _isPinned ??= nodes.Any(static node => node is { Session: not null, Description.Pins.IsEmpty: false });
        var needs = _isPinned.Value ? placement : Placement.Needs(manifest);
        if (!_shared.TryGetValue(needs, out var choice))
            _shared[needs] = choice = new NodeChoice(manifest, nodes, freed);
        return _known[placement] = choice;
    }
}
