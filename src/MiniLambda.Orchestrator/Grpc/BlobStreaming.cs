using System.Buffers;
using Google.Protobuf;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Sends blobs in pieces, one in memory at a time.</summary>
internal static class BlobStreaming
{
    private const int PieceBytes = 256 << 10;

    /// <param name="send">Gets each piece with the position of its first byte.</param>
    public static async Task SendAsync(
        IBlobStore blobs, BlobDigest digest, long offset, Func<long, ByteString, Task> send, CancellationToken cancellationToken)
    {
        await using var stream = blobs.OpenRead(digest, offset) ?? throw RpcErrors.BlobNotFound(digest.Hex);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            int read;
            while ((read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, PieceBytes), PieceBytes, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                // The message is written to the transport before the send completes, so the buffer may be used again.
                await send(offset, UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read)));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
