using MiniLambda.Domain.Blobs;
using MiniLambda.Sandbox.Engines;
using Wasmtime;

namespace MiniLambda.Sandbox.Execution;

/// <summary>A compiled module in this process, and the engine it is for.</summary>
internal sealed class LoadedModule(Module module, EngineVariant engine)
{
    public Module Module { get; } = module;

    public EngineVariant Engine { get; } = engine;

    /// <summary>Guests that run it. Guarded, as what follows, by the lock of <see cref="LoadedModules"/>.</summary>
    public int Users { get; set; }

    /// <summary>It was dropped while guests ran it.</summary>
    public bool IsDropped { get; set; }

    public (BlobDigest Digest, bool Metered) Key { get; set; }
}
