using System.Diagnostics.Metrics;
using MiniLambda.Domain.Events;

namespace MiniLambda.Orchestrator.Metrics;

/// <summary>Counts what is heard of workers.</summary>
internal sealed class NodeMetrics(Meter meter)
{
    private static readonly Dictionary<EventKind, KeyValuePair<string, object?>> Changes = Enum.GetValues<EventKind>()
        .Where(static kind => kind >= EventKind.WorkerJoined)
        .ToDictionary(static kind => kind, static kind => KeyValuePair.Create("minilambda.change", (object?)AttributeText.Of($"{kind}"["Worker".Length..])));

    private readonly Counter<long> _heartbeats = meter.CreateCounter<long>("minilambda.worker.heartbeats", "{heartbeat}", "Heartbeats of workers");
    private readonly Counter<long> _changes = meter.CreateCounter<long>(
        "minilambda.worker.changes", "{change}", "What happened to workers: each time that one joined, also again, left, was lost, ...");

    public void Heard() => _heartbeats.Add(1);

    public void Changed(EventKind kind) => _changes.Add(1, Changes[kind]);
}
