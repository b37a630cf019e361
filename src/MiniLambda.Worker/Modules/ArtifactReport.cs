using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;

namespace MiniLambda.Worker.Modules;

/// <summary>Tells what the artifact cache holds.</summary>
internal static class ArtifactReport
{
    /// <summary>Artifacts that are told of, the most recently used.</summary>
    private const int MaxTold = 100;

    public static ArtifactCache Create(SandboxEngine sandbox)
    {
        var artifacts = sandbox.ListArtifacts();
        var (hits, misses) = sandbox.CacheUse;
        var cache = new ArtifactCache { Size = artifacts.Sum(artifact => artifact.Size), Hits = hits, Misses = misses };
        cache.Artifacts.Add(artifacts.OrderByDescending(artifact => artifact.LastUsed).Take(MaxTold).Select(artifact => new CachedArtifact
        {
            ModuleDigest = artifact.Module,
            Size = artifact.Size,
            Compile = TimeSpan.FromMilliseconds(artifact.CompileMilliseconds).ToDuration(),
            Hits = artifact.Hits,
            LastUsed = DateTime.SpecifyKind(artifact.LastUsed, DateTimeKind.Utc).ToTimestamp(),
            Metered = artifact.Id.Contains("+fuel@", StringComparison.Ordinal),
            EngineFingerprint = artifact.Fingerprint,
        }));
        return cache;
    }
}
