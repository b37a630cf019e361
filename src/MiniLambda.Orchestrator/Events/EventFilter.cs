using MiniLambda.Domain.Access;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Events;

/// <summary>Which events are wanted; null means any, and all that is said must hold.</summary>
internal sealed record EventFilter(JobId? Job = null, string? Function = null, string? Worker = null)
{
    public static EventFilter All { get; } = new();

    /// <summary>Whose jobs are told of; null = all tenants'.</summary>
    public string? Tenant { get; init; }

    /// <summary>Patterns of the functions whose jobs are told of; none = all.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>Whether of workers no more is told than that they come and go: what they hold is others' too.</summary>
    public bool HidesWorkers { get; init; }

    public bool Matches(ClusterEvent e) =>
        (Job is not { } job || e.Job?.Id == job) && (Function is null || e.Job?.Function == Function) && (Worker is null || e.Worker == Worker)
        && (e.Job is not { } of || ((Tenant is null || of.Tenant == Tenant) && FunctionPatterns.Matches(Functions, of.Function)));

    /// <summary>An event that matches, as it is told.</summary>
    public ClusterEvent Tell(ClusterEvent e) => HidesWorkers && e.Job is null ? e with { Detail = "" } : e;
}
