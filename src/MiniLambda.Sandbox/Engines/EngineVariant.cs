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

    /// <summary>Address space of one place in the pool, generously: 4 GiB of memory with its guards, tables, and a stack.</summary>
    private const long BytesOfPlace = 9L << 30;

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
        // Asked first: a pool that cannot be reserved aborts the process.
        return AddressSpace.HasRoom(Places(concurrency) * BytesOfPlace)
            ? new EngineVariant(new Engine(Configure(metered).WithPoolingAllocationStrategy(Pool(concurrency))), metered, pooled: true)
            : new EngineVariant(new Engine(Configure(metered)), metered, pooled: false);
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

    // A guest that was just stopped may still hold its place while the next one starts.
    private static uint Places(int concurrency) => (uint)(concurrency + 4);

    private static PoolingAllocationConfig Pool(int concurrency)
    {
        var places = Places(concurrency);
        // Stacks for asynchronous calls are mapped writable at once: the default of 1000 would be 2 GB of what the process may commit.
        return WithMaxStacks(new PoolingAllocationConfig(), places)
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

    // The binding has it, but not for everybody.
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern PoolingAllocationConfig WithMaxStacks(PoolingAllocationConfig pool, uint count);
}
