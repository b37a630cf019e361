using System.Collections.Immutable;

namespace MiniLambda.Workbench.Live;

/// <summary>What is on screen, and so what the orchestrator is asked for.</summary>
public sealed record Wish
{
    public static readonly Wish Nothing = new();

    public JobQuery Query { get; init; } = JobQuery.All;

    /// <summary>Rows of the job table that may come into sight.</summary>
    public int JobRows { get; init; } = 100;

    /// <summary>Functions whose versions are listed.</summary>
    public ImmutableHashSet<string> Open { get; init; } = [];

    public Subject Subject { get; init; } = NoSubject.Value;

    public DetailTab Tab { get; init; }
}

/// <summary>Where screens get what they show.</summary>
public interface IClusterFeed
{
    Snapshot Current { get; }

    /// <summary>The log of the job whose details are shown.</summary>
    LogTail Log { get; }

    /// <summary>Told on any thread, at most four times a second.</summary>
    event Action<Snapshot> Published;

    /// <summary>Tells what is on screen from now on.</summary>
    void Want(Wish wish);

    /// <summary>Something was changed by this program: look at once.</summary>
    void Refresh();
}
