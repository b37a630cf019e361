using System.Security.Cryptography;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Folders;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Blobs;

/// <summary>
/// Blobs as files: <c>ROOT/ab/cdef…</c> by digest, written as <c>ROOT/tmp/*</c>, synced, and only then renamed, so a blob that has its name is whole.
/// When a blob was last put or held is its file's time of change.
/// </summary>
public sealed class BlobFolder : IBlobStore
{
    // Between looking at a file's time and removing it nobody may touch it.
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly string _root;
    private readonly string _temporary;

    /// <summary>Told of bytes that go in (true) or out (false); must not throw.</summary>
    public Action<bool, long>? Moved { get; set; }

    /// <summary>Opens the folder, making it when it is missing, and removes what an earlier process left half-written.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public BlobFolder(string root, TimeProvider clock)
    {
        _clock = clock;
        _root = root;
        _temporary = Path.Combine(root, BlobFiles.Temporary);
        PrivateFolder.Create(root);
        Directory.CreateDirectory(_temporary);
        for (var prefix = 0; prefix <= byte.MaxValue; prefix++)
            Directory.CreateDirectory(Path.Combine(root, BlobFiles.Prefix((byte)prefix)));
        BlobHold.Prepare(root);
        DurableFolder.Flush(root);
        foreach (var leftover in Directory.EnumerateFiles(_temporary))
            RemoveUnlessHeld(leftover);
    }

    /// <inheritdoc/>
    public async Task<BlobPutResult> PutAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> content, BlobDigest? expected, long maxBytes, CancellationToken cancellationToken)
    {
        var temporary = Path.Combine(_temporary, Guid.NewGuid().ToString("N"));
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long size = 0;
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous))
            {
                await foreach (var chunk in content.WithCancellation(cancellationToken))
                {
                    if (size + chunk.Length > maxBytes)
                        return new BlobPutResult(BlobPutStatus.TooLarge, default, size + chunk.Length);
                    hash.AppendData(chunk.Span);
                    await RandomAccess.WriteAsync(file, chunk, size, cancellationToken);
                    size += chunk.Length;
                }

                var digest = BlobDigest.FromHash(hash.GetHashAndReset());
                if (expected is { } promised && promised != digest)
                    return new BlobPutResult(BlobPutStatus.DigestMismatch, digest, size);
                if (Hold(digest) == size)
                {
                    // Another put may have renamed it a moment ago and not have come to this yet.
                    DurableFolder.Flush(Path.GetDirectoryName(PathOf(digest))!);
                    return new BlobPutResult(BlobPutStatus.AlreadyStored, digest, size);
                }

                RandomAccess.FlushToDisk(file);
                file.Dispose();
                Publish(temporary, digest);
                Moved?.Invoke(true, size);
                return new BlobPutResult(BlobPutStatus.Stored, digest, size);
            }
        }
        catch (IOException e) when (DiskSpace.IsLackOf(e))
        {
            throw new StoreFullException(e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <inheritdoc/>
    public long? FindSize(BlobDigest digest) => BlobFiles.FindSize(_root, digest);

    /// <inheritdoc/>
    public Stream? OpenRead(BlobDigest digest, long offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (BlobFiles.OpenRead(_root, digest) is not { } stream)
            return null;
        try
        {
            stream.Skip(offset);
            Moved?.Invoke(false, stream.Length - offset);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public long? Hold(BlobDigest digest)
    {
        lock (_gate)
        {
            if (FindSize(digest) is not { } size)
                return null;
            File.SetLastWriteTimeUtc(PathOf(digest), _clock.GetUtcNow().UtcDateTime);
            return size;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<BlobDigest> ListUntouched(byte firstByte, DateTimeOffset since) =>
    [
        .. new DirectoryInfo(Path.Combine(_root, BlobFiles.Prefix(firstByte))).EnumerateFiles()
            .Where(file => file.LastWriteTimeUtc <= since.UtcDateTime)
            .Select(BlobFiles.DigestOf)
            .Where(digest => !digest.IsEmpty),
    ];

    /// <inheritdoc/>
    public bool Delete(BlobDigest digest, DateTimeOffset untouchedSince)
    {
        lock (_gate)
        {
            var file = new FileInfo(PathOf(digest));
            if (!file.Exists || file.LastWriteTimeUtc > untouchedSince.UtcDateTime)
                return false;
            // A backup may be reading what the database named when it was copied.
            using var removal = BlobHold.TryExclude(_root);
            if (removal is null)
                return false;
            file.Delete();
            return true;
        }
    }

    private void Publish(string temporary, BlobDigest digest)
    {
        var path = PathOf(digest);
        File.SetLastWriteTimeUtc(temporary, _clock.GetUtcNow().UtcDateTime);
        lock (_gate)
            File.Move(temporary, path, overwrite: true);
        // The rename itself must survive a power cut, or a committed row could name a blob that is gone.
        DurableFolder.Flush(Path.GetDirectoryName(path)!);
    }

    private static void RemoveUnlessHeld(string leftover)
    {
        try
        {
            File.OpenHandle(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose).Dispose();
        }
        catch (IOException)
        {
            // A process that lives is writing it: it owns this data folder, and the database will say so.
        }
    }

    private string PathOf(BlobDigest digest) => BlobFiles.PathOf(_root, digest);
}
