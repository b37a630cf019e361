using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Secrets;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The registry over gRPC.</summary>
internal sealed class FunctionGrpcService(FunctionCatalog catalog, IFunctionStore store, ModuleOutlines outlines, Fleet fleet, SignaturePolicy signatures, SecretVault vault,
    AuditLog audit) : FunctionService.FunctionServiceBase
{
    public override async Task<PushFunctionResponse> Push(PushFunctionRequest request, ServerCallContext context)
    {
        if (!BlobDigest.TryParse(request.ModuleDigest, out var digest))
            throw RpcErrors.Invalid("MODULE_NOT_UPLOADED", $"'{request.ModuleDigest}' is not a SHA-256 digest");
        var outcome = await catalog.PushAsync(request.Manifest, digest, request.Signatures, context.CancellationToken);
        if (outcome is { Function: { } pushed, Created: true })
            fleet.Tell(pushed.Manifest, LeaseMessage.Prefetch(pushed));
        audit.Record(
            "function.push", outcome.Function is null ? AuditOutcome.Denied : AuditOutcome.Done, Caller.Of(context), context.Peer,
            outcome.Function is { } version ? $"{version.Name}@{version.Version}" : digest.Short,
            outcome is { Function: { } made } ? $"module {made.Module.Short}{(outcome.Created ? "" : ", unchanged")}" : outcome.Reason);
        return outcome.Function is { } function
            ? new PushFunctionResponse { Function = Write(function), Created = outcome.Created, Warnings = { Warnings(function, Caller.Of(context).Tenant) } }
            : throw RpcErrors.Create(
                outcome.Reason == "MODULE_NOT_UPLOADED" ? StatusCode.FailedPrecondition : StatusCode.InvalidArgument, outcome.Reason, outcome.Message);
    }

    public override async Task<Function> Get(GetFunctionRequest request, ServerCallContext context)
    {
        var reference = Reference(request.Name, request.Version);
        var function = await store.FindAsync(reference, context.CancellationToken) ?? throw RpcErrors.FunctionNotFound(reference);
        var written = Write(function);
        if (await outlines.FindAsync(function.Module, context.CancellationToken) is { } outline)
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
        var page = Paging.Read(request.PageSize, request.PageToken);
        var functions = request.Name.Length == 0
            ? await store.ListAsync(page, context.CancellationToken)
            : await store.ListVersionsAsync(Reference(request.Name, 0).Name, page, context.CancellationToken);
        return new ListFunctionsResponse { Functions = { functions.Items.Select(Write) }, NextPageToken = functions.NextToken };
    }

    public override async Task<DeleteFunctionResponse> Delete(DeleteFunctionRequest request, ServerCallContext context)
    {
        var reference = Reference(request.Name, request.Version);
        var deleted = await catalog.DeleteAsync(reference, context.CancellationToken);
        if (deleted > 0)
            audit.Record("function.delete", AuditOutcome.Done, Caller.Of(context), context.Peer, reference.ToString(), $"{deleted} versions");
        return deleted > 0 ? new DeleteFunctionResponse { DeletedVersions = deleted } : throw RpcErrors.FunctionNotFound(reference);
    }

    private static FunctionReference Reference(string name, int version) => FunctionName.TryParse(name, out var parsed) && version >= 0
        ? new FunctionReference(parsed, version == 0 ? null : version)
        : throw RpcErrors.FunctionNotFound(name);

    // A secret may be set after the function that needs it was pushed.
    private IEnumerable<string> Warnings(FunctionVersion function, string tenant) => vault.Missing(function.Manifest with { Tenant = tenant }).Select(name =>
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
        Signatures = { function.Signatures.Select(Write) },
    };

    private ModuleSignature Write(FunctionSignature signature)
    {
        var written = LeaseTerms.Write(signature);
        written.Signer = signatures.NameOf(signature.KeyId);
        return written;
    }
}
