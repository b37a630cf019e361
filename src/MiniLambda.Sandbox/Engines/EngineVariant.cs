using System.Runtime.CompilerServices;
using MiniLambda.Sandbox.Wasi;
using Wasmtime;

namespace MiniLambda.Sandbox.Engines;

/// <summary>
/// An engine with its linker. There are two: metering fuel costs speed and is compiled into the code, so functions without a fuel limit get an
/// engine that does not meter.
/// </summary>
internal sealed class EngineVariant : IDisposable
{
    /// <summary>The guest's own stack; deeper recursion is a trap.</summary>
    public const int MaxStackBytes = 1 << 20;

    /// <summary>Table elements that a module may have (function pointers, mostly).</summary>
    public const uint MaxTableElements = 200_000;

    private EngineVariant(Engine engine, bool metered, bool pooled)
    {
        Engine = engine;
        IsMetered = metered;
        IsPooled = pooled;
        Linker = new Linker(engine);
        Linker.DefineWasi();
        Linker.AllowShadowing = true;
        WasiShadow.Define(Linker);
    }

    public Engine Engine { get; }

    public Linker Linker { get; }

    public bool IsMetered { get; }

    /// <summary>Whether instances come from a pool that is reserved in advance (fast), or are mapped one by one (little address space).</summary>
    public bool IsPooled { get; }

    /// <summary>Makes an engine with a pool for so many guests, or without one where the address space does not allow it.</summary>
    public static EngineVariant Create(bool metered, int concurrency)
    {
        try
        {
            return new EngineVariant(new Engine(Configure(metered).WithPoolingAllocationStrategy(Pool(concurrency))), metered, pooled: true);
        }
        catch (WasmtimeException)
        {
            return new EngineVariant(new Engine(Configure(metered)), metered, pooled: false);
        }
    }

    public void Dispose()
    {
        Linker.Dispose();
        Engine.Dispose();
    }

    private static Config Configure(bool metered) => new Config()
        .WithEpochInterruption(true)
        .WithFuelConsumption(metered)
        .WithMaximumStackSize(MaxStackBytes)
        .WithMemoryInitCopyOnWrite(true);

    private static PoolingAllocationConfig Pool(int concurrency)
    {
        // A guest that was just stopped may still hold its place while the next one starts.
        var places = (uint)(concurrency + 4);
        // Stacks of their own are for asynchronous calls, of which there are none; unasked, a thousand are mapped in two pieces each.
        return WithMaxStacks(new PoolingAllocationConfig(), 1)
            .WithMaxCoreInstances(places)
            .WithMaxMemories(places)
            .WithMaxTables(places * 4)
            .WithMaxMemoriesPerModule(1)
            .WithMaxTablesPerModule(4)
            .WithMaxTableElements(MaxTableElements)
            .WithMaxCoreInstanceSize(4 << 20)
            .WithMaxMemorySize(unchecked((nuint)(4L << 30)))
            // Small guests are cleaned by copying zeros, which is faster than giving pages back to the kernel and faulting them in again.
            .WithLinearMemoryKeepResidentBytes(256 << 10)
            .WithTableKeepResidentBytes(64 << 10);
    }

    // Wasmtime's package has it and keeps it to itself (50.0.1).
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "WithMaxStacks")]
    private static extern PoolingAllocationConfig WithMaxStacks(PoolingAllocationConfig pool, uint count);
}
