using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Functions;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The registry over gRPC.</summary>
internal sealed class FunctionGrpcService(FunctionRegistry registry) : FunctionService.FunctionServiceBase
{
    public override async Task<PushFunctionResponse> Push(PushFunctionRequest request, ServerCallContext context)
    {
        var (function, created) = await registry.PushAsync(Caller.Of(context), request.Manifest, request.ModuleDigest, context.CancellationToken);
        return new PushFunctionResponse { Function = FunctionMapping.Write(function), Created = created };
    }

    public override async Task<Function> Get(GetFunctionRequest request, ServerCallContext context)
    {
        var (function, outline) = await registry.GetAsync(Caller.Of(context), request.Name, request.Version, context.CancellationToken);
        return FunctionMapping.Write(function, outline);
    }

    public override async Task<ListFunctionsResponse> List(ListFunctionsRequest request, ServerCallContext context)
    {
        var (caller, page) = (Caller.Of(context), Paging.Read(request.PageSize, request.PageToken));
        var functions = request.Name.Length == 0
            ? await registry.ListAsync(caller, page, context.CancellationToken)
            : await registry.ListVersionsAsync(caller, request.Name, page, context.CancellationToken);
        return new ListFunctionsResponse { Functions = { functions.Items.Select(FunctionMapping.Write) }, NextPageToken = functions.NextToken };
    }

    public override async Task<DeleteFunctionResponse> Delete(DeleteFunctionRequest request, ServerCallContext context) => new()
    {
        DeletedVersions = await registry.DeleteAsync(Caller.Of(context), request.Name, request.Version, context.CancellationToken),
    };
}
