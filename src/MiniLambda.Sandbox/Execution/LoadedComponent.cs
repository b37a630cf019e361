using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Text;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Engines;
using Wasmtime;
using Wasmtime.Components;

namespace MiniLambda.Sandbox.Execution;

/// <summary>A component: a WASI preview 2 command.</summary>
internal sealed class LoadedComponent(Component component, EngineVariant engine, GuestShape shape) : LoadedModule(engine, shape)
{
    /// <summary>Wasmtime finds the export of any version 0.2 by this name.</summary>
    private const string Command = "wasi:cli/run@0.2.0";

    public override void Limit(Store store, long memoryBytes)
    {
        if (Shape.Memories > EngineVariant.MaxMemoriesOfComponent)
        {
            throw new BadModuleException(
                $"the component has {Shape.Memories} memories; it may have at most {EngineVariant.MaxMemoriesOfComponent}");
        }

        // Wasmtime bounds each memory by itself: with equal parts all of them together stay within what is granted.
        var memories = Math.Max(Shape.Memories, 1);
        store.SetLimits(
            memoryBytes / memories, EngineVariant.MaxTableElements, EngineVariant.MaxInstancesOfComponent, EngineVariant.MaxTablesOfComponent, memories);
    }

    public override Guest Instantiate(Store store, ExecutionRequest request, GuestRun run)
    {
        if (request.Entry != FunctionManifest.DefaultEntry)
        {
            throw new BadModuleException(
                $"the module is a component, which is run by its 'wasi:cli/run' and takes no entry: '{Printable.Of(request.Entry)}' cannot be called");
        }

        var instance = Engine.ComponentLinker(request.Capabilities).Instantiate(store, component);
        if (instance.GetFunction(Command, "run") is not { ParameterCount: 0 } entry)
            throw new BadModuleException("the component has no export 'wasi:cli/run@0.2' that can be run");
        return new Guest(() => entry.Call() is { Kind: ComponentValueKind.Result, IsOk: false } ? 1 : 0, memory: null);
    }

    public override byte[] Serialize() => component.Serialize();

    public override void Dispose() => component.Dispose();
}
