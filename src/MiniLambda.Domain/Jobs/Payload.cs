using MiniLambda.Domain.Blobs;

namespace MiniLambda.Domain.Jobs;

/// <summary>A job's input or output: inline when small, a blob when large.</summary>
/// <param name="Inline">The bytes, when <paramref name="Blob"/> is empty.</param>
/// <param name="Blob">The digest of the bytes when they stand in the blob store; else empty.</param>
/// <param name="Size">Size in bytes.</param>
public readonly record struct Payload(ReadOnlyMemory<byte> Inline, BlobDigest Blob, long Size)
{
    /// <summary>The largest payload that travels and is stored inline, in bytes.</summary>
    public const int MaxInlineBytes = 64 << 10;

    public static Payload Empty => default;

    public static Payload OfBytes(ReadOnlyMemory<byte> bytes) => new(bytes, default, bytes.Length);

    public static Payload OfBlob(BlobDigest digest, long size) => new(default, digest, size);
}
