using Wasmtime;
using Wasmtime.Components;

namespace MiniLambda.Sandbox.TestHost;

/// <summary>Runs a preview 2 component with what WASI needs of the process: an event loop of its own.</summary>
internal static class ComponentGuest
{
    public static string Run(string path)
    {
        using var engine = new Engine(new Config());
        using var component = Component.FromTextFile(engine, path);
        using var linker = new ComponentLinker(engine);
        linker.AddWasiPreview2();
        using var store = new Store(engine);
        store.SetWasiConfiguration(new WasiConfiguration());
        var instance = linker.Instantiate(store, component);
        instance.GetFunction("wasi:cli/run@0.2.0", "run")!.Call();
        return "returned";
    }
}
