namespace MiniLambda.Domain.Jobs;

/// <summary>What a worker (or the orchestrator, for a lost worker) says of a finished attempt.</summary>
public sealed record AttemptReport
{
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>The guest's exit code; null when it did not exit by itself.</summary>
    public int? ExitCode { get; init; }

    /// <summary>One line for people when the attempt failed: what happened and on what; else empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>What the guest wrote to stdout (until it was stopped).</summary>
    public Payload Stdout { get; init; }

    /// <summary>stderr went past its limit and was cut.</summary>
    public bool LogsTruncated { get; init; }

    public AttemptUsage Usage { get; init; } = AttemptUsage.None;

    /// <summary>The attempt took down the process that ran it: its sandbox host, or the worker itself. Counted in <see cref="JobStatus.Crashes"/>, not kept.</summary>
    public bool Crashed { get; init; }

    public static AttemptReport Failure(AttemptOutcome outcome, string message) => new() { Outcome = outcome, Message = message };
}

/// <summary>What an attempt took. Durations are wall-clock unless named otherwise.</summary>
public sealed record AttemptUsage
{
    /// <summary>Fetching module and input from the orchestrator; zero when the worker held them.</summary>
    public TimeSpan Fetch { get; init; }

    /// <summary>Compiling the module; zero when an artifact was found.</summary>
    public TimeSpan Compile { get; init; }

    /// <summary>The sandbox's own work before the guest's first instruction: load the artifact, link, instantiate.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>From the guest's first instruction to its last.</summary>
    public TimeSpan Run { get; init; }

    /// <summary>CPU time of the guest's thread between start and end.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>Wasmtime fuel units; 0 when fuel was not metered.</summary>
    public long Fuel { get; init; }

    /// <summary>Largest size of the guest's linear memory in bytes.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Where the compiled module came from.</summary>
    public ArtifactSource Artifact { get; init; }

    public static AttemptUsage None { get; } = new();
}

/// <summary>Where the compiled form of a module was found. The numbers are stored and must not change.</summary>
public enum ArtifactSource
{
    /// <summary>The attempt did not come so far.</summary>
    None = 0,

    /// <summary>The module was compiled for this attempt.</summary>
    Compiled = 1,

    /// <summary>An artifact on the worker's disk was loaded.</summary>
    Disk = 2,

    /// <summary>The module was already loaded in the process.</summary>
    Memory = 3,
}
