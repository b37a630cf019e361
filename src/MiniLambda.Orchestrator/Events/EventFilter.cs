using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Events;

/// <summary>Which events are wanted; null means any, and all that is said must hold.</summary>
internal sealed record EventFilter(JobId? Job = null, string? Function = null, string? Worker = null)
{
    public static EventFilter All { get; } = new();

    public bool Matches(ClusterEvent e) =>
        (Job is not { } job || e.Job?.Id == job) && (Function is null || e.Job?.Function == Function) && (Worker is null || e.Worker == Worker);
}
