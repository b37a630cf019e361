using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary>Brings a local function into the cluster.</summary>
internal static class FunctionPush
{
    /// <summary>Large enough that a person would wonder what takes so long.</summary>
    private const int NoticeBytes = 1 << 20;

    public static async Task<PushFunctionResponse> PushAsync(
        ClusterConnection cluster, LocalFunction function, Notices notices, CancellationToken cancellationToken)
    {
        await using var module = function.OpenModule();
        if (module.Length >= NoticeBytes)
            notices.Say($"uploading {function.ModuleSource} ({Domain.Quantities.ByteSize.Format(module.Length)})");
        var digest = await UploadAsync(cluster, module, $"the module {function.ModuleSource}", "max-module", cancellationToken);
        return await cluster.Functions.PushAsync(
            new PushFunctionRequest { Manifest = function.ManifestText, ModuleDigest = digest }, cancellationToken: cancellationToken);
    }

    /// <summary>Uploads a module or an input.</summary>
    /// <param name="what">What it is, to a person.</param>
    /// <param name="setting">The orchestrator's setting that bounds its size.</param>
    public static async Task<string> UploadAsync(ClusterConnection cluster, Stream content, string what, string setting, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.Blobs.UploadAsync(content, cancellationToken);
        }
        catch (ApiException e) when (e.Reason == "BLOB_TOO_LARGE")
        {
            // The orchestrator does not know what the bytes are meant for.
            var size = Domain.Quantities.ByteSize.Format(content.Length);
            throw new ApiException(e.Status, e.Reason, $"{what} has {size}: {e.Message} (the orchestrator's setting --{setting})", e);
        }
    }
}
