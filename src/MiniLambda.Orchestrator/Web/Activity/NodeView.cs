using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Web.Activity;

/// <summary>A worker as the page shows it.</summary>
/// <param name="Description">Null for one that was not there since the orchestrator started.</param>
/// <param name="Held">Jobs that it holds.</param>
internal sealed record NodeView(
    string Name, string Status, WorkerDescription? Description, WorkerLoad Load, int Busy, int Held, DateTimeOffset? ConnectedAt, DateTimeOffset? LastSeenAt,
    DateTimeOffset? DrainedAt, DateTimeOffset? DrainUntil)
{
    public bool IsDrained => DrainedAt is not null;

    public int Slots => Description?.Slots ?? 0;

    public double Memory => Description is { MemoryBytes: > 0 and var all } ? Math.Min(1, (double)Load.MemoryUsedBytes / all) : 0;

    /// <summary>By name.</summary>
    public static List<NodeView> List(Fleet fleet, OrchestratorOptions options) =>
        [.. fleet.Describe(node => Of(node, fleet.HealthOf(node, options))).OrderBy(static node => node.Name, StringComparer.Ordinal)];

    private static NodeView Of(WorkerNode node, NodeHealth health) => new(
        node.Name, health == NodeHealth.Here ? node.Draining ? "draining" : "ready" : health.ToString().ToLowerInvariant(), node.Description, node.Load,
        Math.Min(node.Busy, node.Description?.Slots ?? 0), node.Leases.Count + node.Reserved, node.ConnectedAt, node.LastSeenAt, node.Drain?.Since, node.Drain?.Until);
}
