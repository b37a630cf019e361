using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Secrets;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The registry over gRPC.</summary>
internal sealed class FunctionGrpcService(FunctionRegistry registry, SignaturePolicy signatures, SecretVault vault, AuditLog audit)
    : FunctionService.FunctionServiceBase
{
    public override async Task<PushFunctionResponse> Push(PushFunctionRequest request, ServerCallContext context)
    {
        try
        {
            var (function, created) = await registry.PushAsync(
                Caller.Of(context), request.Manifest, request.ModuleDigest, request.Signatures, context.CancellationToken);
            Record("function.push", AuditOutcome.Done, context, $"{function.Name}@{function.Version}", $"module {function.Module.Short}{(created ? "" : ", unchanged")}");
            return new PushFunctionResponse { Function = Write(function), Created = created, Warnings = { Warnings(function) } };
        }
        catch (RefusedException e)
        {
            Record("function.push", AuditOutcome.Denied, context, request.ModuleDigest, e.Reason);
            throw;
        }
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
        DeletedVersions = await DeleteAsync(request, context),
    };

    private async Task<int> DeleteAsync(DeleteFunctionRequest request, ServerCallContext context)
    {
        var deleted = await registry.DeleteAsync(Caller.Of(context), request.Name, request.Version, context.CancellationToken);
        Record("function.delete", AuditOutcome.Done, context, request.Version == 0 ? request.Name : $"{request.Name}@{request.Version}", $"{deleted} versions");
        return deleted;
    }

    private void Record(string action, AuditOutcome outcome, ServerCallContext context, string target, string detail) =>
        audit.Record(action, outcome, Caller.Of(context), context.Peer, target, detail);

    // A secret may be set after the function that needs it was pushed.
    private IEnumerable<string> Warnings(FunctionVersion function) => vault.Missing(function.Manifest with { Tenant = function.Tenant }).Select(name =>
        $"secret '{name}' is not there yet: jobs are refused until 'minilambda secret set {name}'");

    private Function Write(FunctionVersion function) => new()
    {
        Name = function.Name.Value,
        Version = function.Version,
        ModuleDigest = function.Module.Hex,
        ModuleSize = function.ModuleSize,
        Manifest = function.ManifestToml,
        CreatedAt = function.CreatedAt.ToTimestamp(),
        Description = function.Manifest.Description,
        Tenant = function.Tenant,
        Signatures = { function.Signatures.Select(Write) },
    };

    private ModuleSignature Write(FunctionSignature signature)
    {
        var written = LeaseTerms.Write(signature);
        written.Signer = signatures.NameOf(signature.KeyId);
        return written;
    }
}
