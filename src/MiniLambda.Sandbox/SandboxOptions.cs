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

    /// <summary>Compiled modules kept loaded in the process.</summary>
    public int LoadedModules { get; init; } = 64;
}
