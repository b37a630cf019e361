using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Engines;
using Wasmtime;

namespace MiniLambda.Sandbox.Execution;

/// <summary>A compiled module in this process, and the engine it is for. Each kind of module knows how to become a guest.</summary>
internal abstract class LoadedModule(EngineVariant engine, GuestShape shape) : IDisposable
{
    public EngineVariant Engine { get; } = engine;

    public GuestShape Shape { get; } = shape;

    /// <summary>Guests that run it. Guarded, as what follows, by the lock of <see cref="LoadedModules"/>.</summary>
    public int Users { get; set; }

    /// <summary>It was dropped while guests ran it.</summary>
    public bool IsDropped { get; set; }

    public (BlobDigest Digest, bool Metered) Key { get; set; }

    /// <summary>Maps an artifact as machine code.</summary>
    /// <exception cref="WasmtimeException">The engine will not have it.</exception>
    public static LoadedModule Deserialize(EngineVariant engine, ArtifactFile artifact) => artifact.Shape.Kind switch
    {
        ModuleKind.Component => new LoadedComponent(Wasmtime.Components.Component.DeserializeFile(engine.Engine, artifact.Path), engine, artifact.Shape),
        _ => new LoadedCoreModule(Module.DeserializeFile(engine.Engine, artifact.Module.Short, artifact.Path), engine, artifact.Shape),
    };

    /// <summary>Compiles a module's bytes.</summary>
    /// <exception cref="WasmtimeException">They are no module that can run here.</exception>
    public static LoadedModule Compile(EngineVariant engine, string name, byte[] bytes, GuestShape shape) => shape.Kind switch
    {
        ModuleKind.Component => new LoadedComponent(Wasmtime.Components.Component.FromBytes(engine.Engine, bytes), engine, shape),
        _ => new LoadedCoreModule(Module.FromBytes(engine.Engine, name, bytes), engine, shape),
    };

    /// <summary>Holds a store to what guests of this kind may have.</summary>
    /// <exception cref="BadModuleException">None of them may have what this module needs.</exception>
    public abstract void Limit(Store store, long memoryBytes);

    /// <summary>Makes a guest in a store that has its WASI; its start function runs.</summary>
    /// <exception cref="BadModuleException">It cannot be called the way that is asked for.</exception>
    /// <exception cref="WasmtimeException">It cannot be linked, or its start function ended.</exception>
    public abstract Guest Instantiate(Store store, ExecutionRequest request, GuestRun run);

    /// <summary>The bytes of the artifact.</summary>
    public abstract byte[] Serialize();

    public abstract void Dispose();
}

/// <summary>An instance that is ready to be called.</summary>
/// <param name="call">Runs it; returns its exit code.</param>
/// <param name="memory">Its linear memory; null where the engine does not show it.</param>
internal sealed class Guest(Func<int> call, Memory? memory)
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="WasmtimeException">It ended some other way.</exception>
    public int Call() => call();

    /// <summary>Bytes of its linear memory now; 0 where the engine does not show it.</summary>
    public long MemoryBytes => memory?.GetLength() ?? 0;
}
