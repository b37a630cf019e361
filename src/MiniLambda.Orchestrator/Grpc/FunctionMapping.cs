using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Secrets;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Writes functions as clients read them.</summary>
internal sealed class FunctionMapping(SignaturePolicy signatures)
{
    public Function Write(FunctionVersion function) => new()
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

    public Function Write(FunctionVersion function, ModuleSummary? outline)
    {
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

    private ModuleSignature Write(FunctionSignature signature)
    {
        var written = LeaseTerms.Write(signature);
        written.Signer = signatures.NameOf(signature.KeyId);
        return written;
    }
}
