using System.Buffers;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Modules;

/// <summary>Moves blobs between the orchestrator and files, a piece at a time.</summary>
internal sealed class BlobTransfer(OrchestratorLink link, TimeProvider clock, Random random)
{
    private const int PieceBytes = 256 << 10;
    private const int Tries = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Fetches a blob into a new file and checks its digest; a download that breaks off is resumed where it had come to. There is no file after a failure.
    /// </summary>
    /// <exception cref="RpcException">The orchestrator refuses, or stays away.</exception>
    /// <exception cref="IOException">The bytes do not match the digest, or the disk fails.</exception>
    public async Task DownloadAsync(BlobDigest digest, string path, CancellationToken cancellationToken)
    {
        try
        {
            if (await ReceiveAsync(digest, path, cancellationToken) != digest)
                throw new IOException($"blob {digest.Short} arrived damaged");
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Sends a file as a blob.</summary>
    /// <exception cref="RpcException">The orchestrator refuses or is away.</exception>
    public async Task<(BlobDigest Digest, long Size)> UploadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, PieceBytes, FileOptions.Asynchronous);
        var digest = BlobDigest.FromHash(await SHA256.HashDataAsync(file, cancellationToken));
        file.Position = 0;
        using var call = link.Blobs.Upload(cancellationToken: cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            await call.RequestStream.WriteAsync(
                new UploadBlobRequest { Header = new BlobHeader { Digest = digest.Hex, Size = file.Length } }, cancellationToken);
            int read;
            while ((read = await file.ReadAsync(buffer.AsMemory(0, PieceBytes), cancellationToken)) > 0)
            {
                await call.RequestStream.WriteAsync(
                    new UploadBlobRequest { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read)) }, cancellationToken);
            }

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
        return (digest, file.Length);
    }

    /// <summary>The digest and the size in bytes of a file.</summary>
    public static async Task<(BlobDigest Digest, long Size)> IdentifyAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, PieceBytes, FileOptions.Asynchronous);
        return (BlobDigest.FromHash(await SHA256.HashDataAsync(file, cancellationToken)), file.Length);
    }

    private async Task<BlobDigest> ReceiveAsync(BlobDigest digest, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, PieceBytes, FileOptions.Asynchronous);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var call = link.Blobs.Download(
                    new DownloadBlobRequest { Digest = digest.Hex, Offset = file.Position }, cancellationToken: cancellationToken);
                await foreach (var piece in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    hash.AppendData(piece.Data.Span);
                    await file.WriteAsync(piece.Data.Memory, cancellationToken);
                }

                return BlobDigest.FromHash(hash.GetHashAndReset());
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && attempt < Tries)
            {
                await Task.Delay(Backoff.Compute(attempt, FirstWait, LongestWait, random.NextDouble()), clock, cancellationToken);
            }
        }
    }
}
