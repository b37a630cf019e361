using MiniLambda.Domain.Functions;

namespace MiniLambda.Sandbox.Artifacts;

/// <summary>One compiled artifact on disk.</summary>
public sealed class ArtifactInfo
{
    /// <summary>Module digest, whether it meters fuel, and fingerprint: what the artifact is found by.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the module, 64 hexadecimal digits.</summary>
    public required string Module { get; init; }

    /// <summary>The engine it was compiled for.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Path relative to the artifact folder.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the artifact, checked before each load.</summary>
    public required string Digest { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>What it was compiled from.</summary>
    public required ModuleKind Kind { get; init; }

    /// <summary>Linear memories that the module's code defines.</summary>
    public required int Memories { get; init; }

    /// <summary>What its memories begin with, together, in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What compiling took, in ms.</summary>
    public required double CompileMilliseconds { get; init; }

    /// <summary>How often it was used since it was compiled.</summary>
    public long Hits { get; set; }

    public DateTime LastUsed { get; set; }
}
