using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What is done to functions from the page.</summary>
internal sealed class FunctionActions(FunctionRegistry registry)
{
    public async Task<Done> PushAsync(Visit visit, WebForm form)
    {
        if (!form.Files.TryGetValue("module", out var module))
            throw Refused.Invalid("MODULE_NOT_UPLOADED", "choose the module's file (.wasm), or drop it on the form");
        var (function, created) = await registry.PushAsync(visit.Caller, form.Text("manifest"), module.Digest.Hex, [], visit.Cancelled);
        return new Done(
            created ? $"{function.Name}@{function.Version} is pushed." : $"{function.Name}@{function.Version} is that already; nothing was made.",
            visit.Link($"/functions/{function.Name}", function.Tenant));
    }

    public async Task<Done> DeleteAsync(Visit visit, WebForm form)
    {
        var (name, version) = (visit.Route("name"), form.Number("version", "the version") ?? 0);
        var count = await registry.DeleteAsync(visit.Caller, name, version, visit.Cancelled);
        return new Done(version > 0 ? $"{name}@{version} is deleted." : $"{name} is deleted, with {(count == 1 ? "its one version" : $"all {count} versions")}.", visit.Link("/functions"));
    }
}
