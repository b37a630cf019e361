using MiniLambda.Domain.Blobs;
using MiniLambda.Sandbox.Artifacts;

namespace MiniLambda.Sandbox;

/// <summary>A module whose artifact is at hand.</summary>
public sealed record PreparedModule
{
    internal PreparedModule(ArtifactFile artifact, TimeSpan? compileTime)
    {
        Artifact = artifact;
        CompileTime = compileTime;
    }

    public BlobDigest Digest => Artifact.Module;

    /// <summary>What compiling it took, or the rest of that for one who came while it was under way; null when its artifact was there already.</summary>
    public TimeSpan? CompileTime { get; init; }

    internal ArtifactFile Artifact { get; }
}
