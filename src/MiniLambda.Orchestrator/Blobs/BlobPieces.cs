using System.Buffers;
using MiniLambda.Domain.Blobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Blobs;

/// <summary>Sends blobs in pieces, one in memory at a time.</summary>
internal static class BlobPieces
{
    private const int PieceBytes = 256 << 10;

    /// <param name="send">Gets each piece with the position of its first byte; its bytes are used for the next one when it completes.</param>
    public static async Task SendAsync(
        IBlobStore blobs, BlobDigest digest, long offset, Func<long, ReadOnlyMemory<byte>, Task> send, CancellationToken cancellationToken)
    {
        await using var stream = blobs.OpenRead(digest, offset) ?? throw Refused.BlobNotFound(digest.Hex);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            int read;
            while ((read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, PieceBytes), PieceBytes, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                await send(offset, buffer.AsMemory(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
