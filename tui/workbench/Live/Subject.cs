using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Live;

/// <summary>The one thing whose details are shown.</summary>
public abstract record Subject;

/// <summary>Nothing is selected.</summary>
public sealed record NoSubject : Subject
{
    public static readonly NoSubject Value = new();
}

/// <summary>A job.</summary>
public sealed record JobSubject(string Id) : Subject;

/// <summary>A version of a function.</summary>
public sealed record FunctionSubject(string Name, int Version) : Subject;

/// <summary>A worker.</summary>
public sealed record NodeSubject(string Name) : Subject;

/// <summary>What the details pane can show.</summary>
public enum DetailTab
{
    Logs,
    Input,
    Result,
    Manifest,
    Explain,
    Events,
    Module,
    Node,
    Load,
    Artifacts,
    Running,
}

/// <summary>What is known of the subject; parts that no tab asked for yet are null.</summary>
public sealed record Detail(Subject Subject)
{
    public static readonly Detail None = new(NoSubject.Value);

    public Job? Job { get; init; }

    /// <summary>Of a job: the version that it runs.</summary>
    public Function? Function { get; init; }

    public Explanation? Explanation { get; init; }

    public Preview? Input { get; init; }

    public Preview? Result { get; init; }

    public IReadOnlyList<Event>? Events { get; init; }

    /// <summary>Of a function: each node that was asked, and the compiled module that it keeps; null where it keeps none.</summary>
    public IReadOnlyList<(string Node, CachedArtifact? Artifact)>? Compiled { get; init; }

    /// <summary>With its walls and artifacts.</summary>
    public WorkerInfo? Worker { get; init; }

    /// <summary>Jobs that a worker holds, or that a function has.</summary>
    public IReadOnlyList<Job>? Jobs { get; init; }

    /// <summary>Why something is not there, by tab.</summary>
    public IReadOnlyDictionary<DetailTab, string> Problems { get; init; } = new Dictionary<DetailTab, string>();
}

/// <summary>The beginning of some bytes.</summary>
/// <param name="Size">Bytes of the whole.</param>
public sealed record Preview(byte[] Bytes, long Size)
{
    /// <summary>Bytes that are fetched to be looked at.</summary>
    public const int MaxBytes = 256 << 10;

    public bool IsWhole => Bytes.Length >= Size;
}
