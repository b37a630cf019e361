using System.Collections.Immutable;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Live;

/// <summary>The cluster as it was last heard: what screens draw. Nothing in it changes; a later one takes its place.</summary>
public sealed record Snapshot
{
    /// <summary>Nothing is known yet.</summary>
    public static readonly Snapshot Empty = new();

    /// <summary>When it was put together.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Name of the context, or the server where no context names it.</summary>
    public string Place { get; init; } = "";

    public Link Link { get; init; } = Link.None;

    public ClusterInfo? Info { get; init; }

    /// <summary>The newest version of each function, by name.</summary>
    public IReadOnlyList<Function> Functions { get; init; } = [];

    /// <summary>All versions, newest first, of the functions that the screen has open.</summary>
    public ImmutableDictionary<string, IReadOnlyList<Function>> Versions { get; init; } = ImmutableDictionary<string, IReadOnlyList<Function>>.Empty;

    public JobPage Jobs { get; init; } = JobPage.Empty;

    public IReadOnlyList<WorkerInfo> Workers { get; init; } = [];

    /// <summary>How it went, a sample a second.</summary>
    public OverviewHistory History { get; init; } = OverviewHistory.Empty(TimeSpan.FromSeconds(1));

    /// <summary>CPU fraction of each worker, a sample every two seconds, oldest first.</summary>
    public ImmutableDictionary<string, ImmutableList<double>> Load { get; init; } = ImmutableDictionary<string, ImmutableList<double>>.Empty;

    /// <summary>What happened last, oldest first.</summary>
    public ImmutableList<Event> Events { get; init; } = [];

    public Detail Detail { get; init; } = Detail.None;

    /// <summary>Whether what is shown may no longer be so.</summary>
    public bool IsStale => Link.State is LinkState.Lost or LinkState.Refused && Link.LastHeard is not null;
}

/// <summary>Whether the orchestrator answers.</summary>
public enum LinkState
{
    /// <summary>It was not asked yet, or has not answered yet.</summary>
    Connecting,

    /// <summary>It answers.</summary>
    Live,

    /// <summary>It cannot be reached.</summary>
    Lost,

    /// <summary>It answers, but not to this token.</summary>
    Refused,
}

/// <summary>The state of the connection.</summary>
/// <param name="LastHeard">When it answered last; null when it never did.</param>
/// <param name="Message">Why it does not answer, for people.</param>
public sealed record Link(LinkState State, DateTimeOffset? LastHeard, string Message)
{
    public static readonly Link None = new(LinkState.Connecting, null, "");
}

/// <summary>The newest jobs that match a query.</summary>
/// <param name="HasMore">Whether older ones may follow.</param>
/// <param name="LookedAt">How many jobs were read to find these.</param>
public sealed record JobPage(JobQuery Query, IReadOnlyList<Job> Jobs, bool HasMore, int LookedAt)
{
    public static readonly JobPage Empty = new(JobQuery.All, [], false, 0);

    /// <summary>Why the orchestrator does not take the query; empty when it does.</summary>
    public string Problem { get; init; } = "";
}
