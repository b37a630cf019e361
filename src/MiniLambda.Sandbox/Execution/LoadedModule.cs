using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Engines;
using Wasmtime;

namespace MiniLambda.Sandbox;

/// <summary>A compiled module that can be run at once, and how this load came by it.</summary>
public sealed class LoadedModule
{
    internal LoadedModule(BlobDigest digest, Module module, EngineVariant engine, ArtifactSource source, TimeSpan compileTime, TimeSpan loadTime)
    {
        Digest = digest;
        Module = module;
        Engine = engine;
        Source = source;
        CompileTime = compileTime;
        LoadTime = loadTime;
    }

    public BlobDigest Digest { get; }

    public ArtifactSource Source { get; }

    /// <summary>Zero unless <see cref="Source"/> is <see cref="ArtifactSource.Compiled"/>.</summary>
    public TimeSpan CompileTime { get; }

    /// <summary>Checking and mapping the artifact; zero unless <see cref="Source"/> is <see cref="ArtifactSource.Disk"/>.</summary>
    public TimeSpan LoadTime { get; }

    internal Module Module { get; }

    internal EngineVariant Engine { get; }

    /// <summary>The same module, found loaded.</summary>
    internal LoadedModule FromMemory() => Source == ArtifactSource.Memory
        ? this
        : new LoadedModule(Digest, Module, Engine, ArtifactSource.Memory, TimeSpan.Zero, TimeSpan.Zero);
}
