using MiniLambda.Sandbox.Artifacts;

namespace MiniLambda.Sandbox;

/// <summary>Where guests run: in sandbox hosts, or in this process.</summary>
internal interface IGuestRunner : IDisposable
{
    /// <summary>Runs a guest to its end, within its limits; the calling thread waits.</summary>
    /// <exception cref="ArtifactDamagedException">The artifact is not what was written.</exception>
    /// <exception cref="IOException">There is no place to run it.</exception>
    ExecutionResult Run(ArtifactFile artifact, ExecutionRequest request, IGuestOutput output, CancellationToken cancellationToken);
}
