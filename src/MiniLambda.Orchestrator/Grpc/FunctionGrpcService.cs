using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Functions;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The registry over gRPC.</summary>
internal sealed class FunctionGrpcService(FunctionRegistry registry) : FunctionService.FunctionServiceBase
{
    public override async Task<PushFunctionResponse> Push(PushFunctionRequest request, ServerCallContext context)
    {
        var (function, created) = await registry.PushAsync(Caller.Of(context), request.Manifest, request.ModuleDigest, context.CancellationToken);
        return new PushFunctionResponse { Function = Write(function), Created = created };
    }

    public override async Task<Function> Get(GetFunctionRequest request, ServerCallContext context)
    {
        var (function, outline) = await registry.GetAsync(Caller.Of(context), request.Name, request.Version, context.CancellationToken);
        var written = Write(function);
        if (outline is not null)
        {
            written.Outline = new ModuleOutline
            {
                Kind = outline.Kind == ModuleKind.Component ? ModuleOutline.Types.Kind.Component : ModuleOutline.Types.Kind.CoreModule,
                Imports = { outline.Imports },
                Exports = { outline.Exports },
            };
        }

        return written;
    }

    public override async Task<ListFunctionsResponse> List(ListFunctionsRequest request, ServerCallContext context)
    {
        var (caller, page) = (Caller.Of(context), Paging.Read(request.PageSize, request.PageToken));
        var functions = request.Name.Length == 0
            ? await registry.ListAsync(caller, page, context.CancellationToken)
            : await registry.ListVersionsAsync(caller, request.Name, page, context.CancellationToken);
        return new ListFunctionsResponse { Functions = { functions.Items.Select(Write) }, NextPageToken = functions.NextToken };
    }

    public override async Task<DeleteFunctionResponse> Delete(DeleteFunctionRequest request, ServerCallContext context) => new()
    {
        DeletedVersions = await registry.DeleteAsync(Caller.Of(context), request.Name, request.Version, context.CancellationToken),
    };

    private static Function Write(FunctionVersion function) => new()
    {
        Name = function.Name.Value,
        Version = function.Version,
        ModuleDigest = function.Module.Hex,
        ModuleSize = function.ModuleSize,
        Manifest = function.ManifestToml,
        CreatedAt = function.CreatedAt.ToTimestamp(),
        Description = function.Manifest.Description,
        Tenant = function.Tenant,
    };
}
