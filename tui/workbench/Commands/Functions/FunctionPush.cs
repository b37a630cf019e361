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
        var digest = await cluster.Blobs.UploadAsync(module, cancellationToken);
        return await cluster.Functions.PushAsync(
            new PushFunctionRequest { Manifest = function.ManifestText, ModuleDigest = digest }, cancellationToken: cancellationToken);
    }
}
