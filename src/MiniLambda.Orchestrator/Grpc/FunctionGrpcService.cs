using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Secrets;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The registry over gRPC.</summary>
internal sealed class FunctionGrpcService(FunctionRegistry registry, FunctionMapping mapping, SecretVault vault, AuditLog audit)
    : FunctionService.FunctionServiceBase
{
    public override Task<PushFunctionResponse> Push(PushFunctionRequest request, ServerCallContext context) => PushedAsync(
        registry.PushAsync(Caller.Of(context), request.Manifest, request.ModuleDigest, request.Signatures, context.CancellationToken), request.ModuleDigest,
        Caller.Of(context), Caller.PeerOf(context));

    public override async Task<Function> Get(GetFunctionRequest request, ServerCallContext context)
    {
        var (function, outline) = await registry.GetAsync(Caller.Of(context), request.Name, request.Version, context.CancellationToken);
        return mapping.Write(function, outline);
    }

    public override async Task<ListFunctionsResponse> List(ListFunctionsRequest request, ServerCallContext context)
    {
        var (caller, page) = (Caller.Of(context), Paging.Read(request.PageSize, request.PageToken));
        var functions = request.Name.Length == 0
            ? await registry.ListAsync(caller, page, context.CancellationToken)
            : await registry.ListVersionsAsync(caller, request.Name, page, context.CancellationToken);
        return new ListFunctionsResponse { Functions = { functions.Items.Select(mapping.Write) }, NextPageToken = functions.NextToken };
    }

    public override Task<DeleteFunctionResponse> Delete(DeleteFunctionRequest request, ServerCallContext context) =>
        DeleteAsync(request, Caller.Of(context), Caller.PeerOf(context), context.CancellationToken);

    /// <summary>Takes down what became of a push, whatever the face that it came by, and tells it.</summary>
    /// <param name="target">What it was about, should it be refused.</param>
    internal async Task<PushFunctionResponse> PushedAsync(Task<(FunctionVersion Function, bool Created)> push, string target, Caller caller, string peer)
    {
        try
        {
            var (function, created) = await push;
            audit.Record(
                "function.push", AuditOutcome.Done, caller, peer, $"{function.Name}@{function.Version}", $"module {function.Module.Short}{(created ? "" : ", unchanged")}");
            return new PushFunctionResponse { Function = mapping.Write(function), Created = created, Warnings = { Warnings(function) } };
        }
        catch (RefusedException e)
        {
            audit.Record("function.push", AuditOutcome.Denied, caller, peer, target, e.Reason);
            throw;
        }
    }

    /// <summary>As <see cref="Delete"/>, whatever the face that it came by.</summary>
    internal async Task<DeleteFunctionResponse> DeleteAsync(DeleteFunctionRequest request, Caller caller, string peer, CancellationToken cancellationToken)
    {
        var deleted = await registry.DeleteAsync(caller, request.Name, request.Version, cancellationToken);
        audit.Record(
            "function.delete", AuditOutcome.Done, caller, peer, request.Version == 0 ? request.Name : $"{request.Name}@{request.Version}", $"{deleted} versions");
        return new DeleteFunctionResponse { DeletedVersions = deleted };
    }

    // A secret may be set after the function that needs it was pushed.
    private IEnumerable<string> Warnings(FunctionVersion function) => vault.Missing(function.Manifest with { Tenant = function.Tenant }).Select(name =>
        $"secret '{name}' is not there yet: jobs are refused until 'minilambda secret set {name}{(function.Tenant == Lane.DefaultTenant ? "" : $" --tenant {function.Tenant}")}'");
}
