using System.Text;
using MiniLambda.Domain.Text;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Engines;
using Wasmtime;

namespace MiniLambda.Sandbox.Execution;

/// <summary>A core module: a WASI preview 1 command, or one whose export is called with numbers.</summary>
internal sealed class LoadedCoreModule(Module module, EngineVariant engine, GuestShape shape) : LoadedModule(engine, shape)
{
    /// <summary>What a module without a <c>_start</c> of its own may want to be called first (WASI's application ABI calls those reactors).</summary>
    private const string Initialize = "_initialize";

    public override void Limit(Store store, long memoryBytes) =>
        store.SetLimits(memoryBytes, EngineVariant.MaxTableElements, instances: 1, EngineVariant.MaxTablesOfModule, memories: 1);

    public override Guest Instantiate(Store store, ExecutionRequest request, GuestRun run)
    {
        var instance = Engine.Linker.Instantiate(store, module);
        var entry = instance.GetFunction(request.Entry)
            ?? throw new BadModuleException($"the module has no export '{Printable.Of(request.Entry)}' that is a function");
        var initialize = request.Entry == Initialize ? null : instance.GetAction(Initialize);
        var call = entry is { Parameters.Count: 0, Results.Count: 0 } ? Command(instance.GetAction(request.Entry)!) : Export(entry, request, run);
        return new Guest(initialize is null ? call : () => First(initialize, call), instance.GetMemory("memory"));
    }

    public override byte[] Serialize() => module.Serialize();

    public override void Dispose() => module.Dispose();

    private static Func<int> Command(Action entry) => () =>
    {
        entry();
        return 0;
    };

    private static int First(Action initialize, Func<int> call)
    {
        initialize();
        return call();
    }

    private static Func<int> Export(Function entry, ExecutionRequest request, GuestRun run)
    {
        var arguments = ExportCall.Arguments(request.Entry, entry.Parameters, entry.Results, request.Args);
        var results = entry.Results;
        return () =>
        {
            var returned = entry.Invoke(arguments);
            run.Stdout(Encoding.UTF8.GetBytes(ExportCall.Text(results, returned)));
            return 0;
        };
    }
}
