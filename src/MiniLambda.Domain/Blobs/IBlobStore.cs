namespace MiniLambda.Domain.Blobs;

/// <summary>Content-addressed bytes on durable storage. Every method may throw <see cref="IOException"/> when the disk fails.</summary>
public interface IBlobStore
{
    /// <summary>
    /// Streams <paramref name="content"/> into the store and makes it durable before it returns; the bytes are never held whole in memory.
    /// Nothing is kept when the content does not match <paramref name="expected"/>, exceeds <paramref name="maxBytes"/> or breaks off.
    /// </summary>
    /// <param name="content">The chunks in order; a chunk is only read until the next one is asked for.</param>
    /// <param name="expected">The digest that the sender promised, or null to accept whatever arrives.</param>
    /// <param name="maxBytes">The largest size accepted, in bytes.</param>
    Task<BlobPutResult> PutAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> content, BlobDigest? expected, long maxBytes, CancellationToken cancellationToken);

    /// <summary>The size in bytes, or null when the store does not hold the blob.</summary>
    long? FindSize(BlobDigest digest);

    /// <summary>
    /// As <see cref="FindSize"/>, for who is about to name the blob: it counts as put just now, so <see cref="Delete"/> will not take it before it is
    /// named.
    /// </summary>
    long? Hold(BlobDigest digest);

    /// <summary>
    /// Opens a blob for reading, or returns null when it is not held. The stream checks the digest as it is read from the start to the end and
    /// throws <see cref="BlobCorruptException"/> instead of returning the last bytes of a blob that was damaged.
    /// </summary>
    Stream? OpenRead(BlobDigest digest, long offset = 0);

    /// <summary>The blobs whose digest begins with a byte and that nobody put or held after a moment.</summary>
    IReadOnlyList<BlobDigest> ListUntouched(byte firstByte, DateTimeOffset since);

    /// <summary>Removes a blob unless somebody put or held it after a moment; true when it was removed.</summary>
    bool Delete(BlobDigest digest, DateTimeOffset untouchedSince);
}

/// <summary>What became of a put.</summary>
/// <param name="Status">Whether the blob stands.</param>
/// <param name="Digest">The digest of what arrived (meaningless when <see cref="BlobPutStatus.TooLarge"/>).</param>
/// <param name="Size">Bytes that arrived.</param>
public readonly record struct BlobPutResult(BlobPutStatus Status, BlobDigest Digest, long Size);

public enum BlobPutStatus
{
    /// <summary>The blob is on disk.</summary>
    Stored,

    /// <summary>The same blob was on disk before.</summary>
    AlreadyStored,

    /// <summary>The bytes have another digest than promised; nothing was kept.</summary>
    DigestMismatch,

    /// <summary>The bytes went past the limit; nothing was kept.</summary>
    TooLarge,
}

/// <summary>A stored blob's bytes no longer match its digest.</summary>
public sealed class BlobCorruptException(BlobDigest digest) : IOException($"blob {digest.Short} is damaged: its bytes do not match its digest")
{
    public BlobDigest Digest { get; } = digest;
}
