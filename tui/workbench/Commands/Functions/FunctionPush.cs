using Google.Protobuf;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Modules;
using MiniLambda.Workbench.Commands.Progress;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary>Brings a local function into the cluster.</summary>
internal static class FunctionPush
{
    public static async Task<PushFunctionResponse> PushAsync(
        ClusterConnection cluster, LocalFunction function, Notices notices, CancellationToken cancellationToken, SigningKey? signer = null)
    {
        await using var module = function.OpenModule();
        var digest = await UploadAsync(cluster, module, $"the module {function.ModuleSource}", "max-module", notices.Progress, cancellationToken);
        var request = new PushFunctionRequest { Manifest = function.ManifestText, ModuleDigest = digest };
        if (signer is not null)
            request.Signatures.Add(Sign(signer, function, digest));
        var pushed = await cluster.Functions.PushAsync(request, cancellationToken: cancellationToken);
        foreach (var warning in pushed.Warnings)
            notices.Tell($"warning: {warning}");
        return pushed;
    }

    private static ModuleSignature Sign(SigningKey signer, LocalFunction function, string digest)
    {
        var statement = new ModuleStatement(function.Manifest.Name.Value, digest, ModuleStatement.DigestOf(function.ManifestText));
        return new ModuleSignature
        {
            KeyId = signer.Signer.Id,
            Signature = ByteString.CopyFrom(signer.Sign(statement)),
            ManifestDigest = statement.ManifestDigest,
        };
    }

    /// <summary>Uploads a module or an input.</summary>
    /// <param name="what">What it is, to a person.</param>
    /// <param name="setting">The orchestrator's setting that bounds its size.</param>
    /// <param name="progress">Shows how far it is.</param>
    public static async Task<string> UploadAsync(
        ClusterConnection cluster, Stream content, string what, string setting, ProgressLine progress, CancellationToken cancellationToken)
    {
        using var bar = new TransferProgress(progress, $"uploading {what}", TimeProvider.System) { Total = content.Length };
        try
        {
            return await cluster.Blobs.UploadAsync(content, cancellationToken, bar);
        }
        catch (ApiException e) when (e.Reason == "BLOB_TOO_LARGE")
        {
            // The orchestrator does not know what the bytes are meant for.
            var size = Domain.Quantities.ByteSize.Format(content.Length);
            throw new ApiException(e.Status, e.Reason, $"{what} has {size}: {e.Message} (the orchestrator's setting --{setting})", e);
        }
    }
}
