using System.Buffers;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Blobs;

/// <summary>Sends blobs, a piece at a time.</summary>
public static class BlobUpload
{
    private const int PieceBytes = 256 << 10;

    /// <summary>Uploads a seekable stream from its start, unless the orchestrator holds the same bytes already. Returns the digest.</summary>
    /// <param name="progress">Told the bytes sent so far.</param>
    /// <exception cref="ApiException">The orchestrator refuses or is away; nothing is kept there of a broken upload.</exception>
    public static async Task<string> UploadAsync(
        this BlobService.BlobServiceClient blobs, Stream content, CancellationToken cancellationToken, IProgress<long>? progress = null)
    {
        content.Position = 0;
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        if (await IsHeldAsync(blobs, digest, cancellationToken))
            return digest;
        content.Position = 0;
        using var call = blobs.Upload(cancellationToken: cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            await call.RequestStream.WriteAsync(
                new UploadBlobRequest { Header = new BlobHeader { Digest = digest, Size = content.Length } }, cancellationToken);
            int read;
            long sent = 0;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, PieceBytes), cancellationToken)) > 0)
            {
                var writing = call.RequestStream.WriteAsync(
                    new UploadBlobRequest { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read)) }, cancellationToken);
                // A write may wait for ever for room that nobody makes once the call has its answer.
                if (await Task.WhenAny(writing, call.ResponseAsync) != writing)
                    break;
                await writing;
                progress?.Report(sent += read);
            }

            if (!call.ResponseAsync.IsCompleted)
                await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The orchestrator ended the call before it had everything: the answer says why.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await call.ResponseAsync;
        return digest;
    }

    private static async Task<bool> IsHeldAsync(BlobService.BlobServiceClient blobs, string digest, CancellationToken cancellationToken)
    {
        try
        {
            await blobs.StatAsync(new StatBlobRequest { Digest = digest }, cancellationToken: cancellationToken);
            return true;
        }
        catch (ApiException e) when (e.Reason == "BLOB_NOT_FOUND")
        {
            return false;
        }
    }
}
