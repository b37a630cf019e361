using MiniLambda.Sandbox.Compilation;
using MiniLambda.Sandbox.Hosts;

namespace MiniLambda.Sandbox;

/// <summary>Settings of a sandbox.</summary>
public sealed record SandboxOptions
{
    /// <summary>Where compiled artifacts and their metadata are kept. Made when missing, readable by its owner only.</summary>
    public required string ArtifactFolder { get; init; }

    /// <summary>Artifacts kept on disk, in bytes; the least recently used go first.</summary>
    public long ArtifactCacheBytes { get; init; } = 1L << 30;

    /// <summary>Guests that run at once.</summary>
    public int MaxConcurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>Compiled modules kept loaded in each process.</summary>
    public int LoadedModules { get; init; } = 64;

    public Isolation Isolation { get; init; } = Isolation.Process;

    /// <summary>How to start a sandbox host; by default this program with its hidden verb. Modules are compiled in one also when isolation is by thread.</summary>
    public HostCommand Host { get; init; } = HostCommand.Self();

    /// <summary>Where guests' scratch folders are made; null = in the system's folder for temporary files.</summary>
    public string? ScratchFolder { get; init; }

    public CompileLimits Compile { get; init; } = new();
}

/// <summary>What stands between guests and the program that runs them, beside the engine's own wall.</summary>
public enum Isolation
{
    /// <summary>Guests run in child processes.</summary>
    Process,

    /// <summary>Guests run in this process.</summary>
    Thread,
}
