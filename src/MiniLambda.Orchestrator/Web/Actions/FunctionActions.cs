using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What is done to functions from the page.</summary>
internal sealed class FunctionActions(FunctionRegistry registry, FunctionGrpcService functions)
{
    public async Task<Done> PushAsync(Visit visit, WebForm form)
    {
        if (!form.Files.TryGetValue("module", out var module))
            throw Refused.Invalid("MODULE_NOT_UPLOADED", "choose the module's file (.wasm), or drop it on the form");
        var pushed = await functions.PushedAsync(
            registry.PushAsync(visit.Caller, form.Text("manifest"), module.Digest.Hex, [], visit.Cancelled), module.Digest.Hex, visit.Caller, visit.Peer);
        var (function, told) = (pushed.Function, $"{pushed.Function.Name}@{pushed.Function.Version}");
        return new Done(
            string.Join('\n', pushed.Warnings.Prepend(pushed.Created ? $"{told} is pushed." : $"{told} is that already; nothing was made.")),
            visit.Link($"/functions/{function.Name}", function.Tenant));
    }

    public async Task<Done> DeleteAsync(Visit visit, WebForm form)
    {
        var request = new DeleteFunctionRequest { Name = visit.Route("name"), Version = form.Number("version", "the version") ?? 0 };
        var count = (await functions.DeleteAsync(request, visit.Caller, visit.Peer, visit.Cancelled)).DeletedVersions;
        return new Done(
            request.Version > 0 ? $"{request.Name}@{request.Version} is deleted."
                : $"{request.Name} is deleted, with {(count == 1 ? "its one version" : $"all {count} versions")}.",
            visit.Link("/functions"));
    }
}
