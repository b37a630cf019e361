using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Bytes;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>Functions, as they stand in the registry.</summary>
internal sealed class FunctionRoutes(
    FunctionRegistry registry, FunctionGrpcService service, FunctionMapping mapping, BlobAccess access, IBlobStore blobs) : IRestResource
{
    private const string Tag = "functions";

    public void Map(RestRoutes routes)
    {
        routes.Get("/functions", "FunctionService/List", new Operation("listFunctions", Tag, "The newest version of each function, by name"), ListAsync)
            .Query(ListFunctionsRequest.Descriptor, "name").Gives(ListFunctionsResponse.Descriptor);
        routes.Get("/functions/{name}", "FunctionService/Get", new Operation("getFunction", Tag, "The newest version of a function"), c => GetAsync(c, 0))
            .Gives(Function.Descriptor);
        routes.Get("/functions/{name}/versions", "FunctionService/List", new Operation("listVersions", Tag, "The versions of a function, newest first"), ListVersionsAsync)
            .Query(ListFunctionsRequest.Descriptor, "name").Gives(ListFunctionsResponse.Descriptor);
        routes.Get(
            "/functions/{name}/versions/{version}", "FunctionService/Get", new Operation("getVersion", Tag, "One version of a function"),
            c => GetAsync(c, c.Version())).Gives(Function.Descriptor);
        routes.Delete(
            "/functions/{name}", "FunctionService/Delete", new Operation("deleteFunction", Tag, "Removes a function with all its versions"), c => DeleteAsync(c, 0))
            .Says("Jobs already accepted run to their end.").Gives(DeleteFunctionResponse.Descriptor);
        routes.Delete(
            "/functions/{name}/versions/{version}", "FunctionService/Delete", new Operation("deleteVersion", Tag, "Removes one version of a function"),
            c => DeleteAsync(c, c.Version())).Gives(DeleteFunctionResponse.Descriptor);
        // Who may see a function may have its module.
        routes.Get(
            "/functions/{name}/module", "BlobService/Download", new Operation("getModule", Tag, "The newest version's module"), c => ModuleAsync(c, 0))
            .GivesBytes(BlobRoutes.Wasm);
        routes.Get(
            "/functions/{name}/versions/{version}/module", "BlobService/Download", new Operation("getVersionModule", Tag, "One version's module"),
            c => ModuleAsync(c, c.Version())).GivesBytes(BlobRoutes.Wasm);
    }

    private async Task ListAsync(HttpContext context)
    {
        var request = QueryFields.Read<ListFunctionsRequest>(context);
        var page = await registry.ListAsync(Caller.Of(context), Paging.Read(request.PageSize, request.PageToken), context.RequestAborted);
        await WriteAsync(context, page.Items, page.NextToken);
    }

    private async Task ListVersionsAsync(HttpContext context)
    {
        var request = QueryFields.Read<ListFunctionsRequest>(context);
        var page = await registry.ListVersionsAsync(
            Caller.Of(context), context.Route("name"), Paging.Read(request.PageSize, request.PageToken), context.RequestAborted);
        await WriteAsync(context, page.Items, page.NextToken);
    }

    private async Task GetAsync(HttpContext context, int version)
    {
        var (function, outline) = await registry.GetAsync(Caller.Of(context), context.Route("name"), version, context.RequestAborted);
        await ProtoJson.WriteAsync(context, mapping.Write(function, outline));
    }

    private async Task DeleteAsync(HttpContext context, int version)
    {
        var request = new DeleteFunctionRequest { Name = context.Route("name"), Version = version };
        await ProtoJson.WriteAsync(context, await service.DeleteAsync(request, Caller.Of(context), context.Peer(), context.RequestAborted));
    }

    private async Task ModuleAsync(HttpContext context, int version)
    {
        var caller = Caller.Of(context);
        var (function, _) = await registry.GetAsync(caller, context.Route("name"), version, context.RequestAborted);
        var module = await access.FindAsync(caller, function.Module.Hex, 0, context.RequestAborted);
        await ByteAnswer.SendAsync(
            context, module, function.ModuleSize, BlobRoutes.Wasm,
            (from, length, send) => BlobPieces.SendAsync(blobs, module, from, send, context.RequestAborted, length));
    }

    private async Task WriteAsync(HttpContext context, IEnumerable<FunctionVersion> functions, string nextToken)
    {
        context.LinkNext(nextToken);
        await ProtoJson.WriteAsync(context, new ListFunctionsResponse { Functions = { functions.Select(mapping.Write) }, NextPageToken = nextToken });
    }
}
