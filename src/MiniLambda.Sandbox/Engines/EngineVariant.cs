using System.Runtime.CompilerServices;
using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox.Wasi;
using Wasmtime;
using Wasmtime.Components;

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

    /// <summary>Tables that a core module may have.</summary>
    public const int MaxTablesOfModule = 4;

    /// <summary>What a component may have in all: tools make one memory, two tables and four instances of each program they wrap.</summary>
    public const int MaxMemoriesOfComponent = 4, MaxTablesOfComponent = 8, MaxInstancesOfComponent = 32;

    /// <summary>Address space of one place in the pool, generously: the memories of a component, 4 GiB each with their guards, tables, and a stack.</summary>
    private const long BytesOfPlace = MaxMemoriesOfComponent * (9L << 29);

    private readonly ComponentLinkers _componentLinkers;

    private EngineVariant(Engine engine, bool metered, bool pooled)
    {
        Engine = engine;
        IsMetered = metered;
        IsPooled = pooled;
        Linker = new Linker(engine);
        Linker.DefineWasi();
        Linker.AllowShadowing = true;
        WasiShadow.Define(Linker);
        _componentLinkers = new ComponentLinkers(engine);
    }

    public Engine Engine { get; }

    /// <summary>For core modules.</summary>
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

    /// <summary>For components with these grants.</summary>
    public ComponentLinker ComponentLinker(CapabilityGrants grants) => _componentLinkers.For(grants);

    public void Dispose()
    {
        _componentLinkers.Dispose();
        Linker.Dispose();
        Engine.Dispose();
    }

    private static Config Configure(bool metered) => new Config()
        .WithEpochInterruption(true)
        .WithFuelConsumption(metered)
        .WithMaximumStackSize(MaxStackBytes)
        .WithComponentModel(true)
        .WithMemoryInitCopyOnWrite(true);

    // A guest that was just stopped may still hold its place while the next one starts.
    private static uint Places(int concurrency) => (uint)(concurrency + 4);

    private static PoolingAllocationConfig Pool(int concurrency)
    {
        var places = Places(concurrency);
        // Stacks for asynchronous calls are mapped writable at once: the default of 1000 would be 2 GB of what the process may commit.
        return WithMaxStacks(new PoolingAllocationConfig(), places)
            .WithMaxCoreInstances(places * MaxInstancesOfComponent)
            .WithMaxMemories(places * MaxMemoriesOfComponent)
            .WithMaxTables(places * MaxTablesOfComponent)
            .WithMaxMemoriesPerModule(1)
            .WithMaxTablesPerModule(MaxTablesOfModule)
            .WithTotalComponentInstances(places)
            .WithMaxComponentInstanceSize(4 << 20)
            .WithMaxCoreInstancesPerComponent(MaxInstancesOfComponent)
            .WithMaxMemoriesPerComponent(MaxMemoriesOfComponent)
            .WithMaxTablesPerComponent(MaxTablesOfComponent)
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
