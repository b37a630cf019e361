using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Storage.Blobs;

/// <summary>
/// Blobs as files: <c>ROOT/ab/cdef…</c> by digest, written as <c>ROOT/tmp/*</c>, synced, and only then renamed, so a blob that has its name is whole.
/// </summary>
public sealed class BlobFolder : IBlobStore
{
    private readonly string _root;
    private readonly string _temporary;

    /// <summary>Opens the folder, making it when it is missing, and removes what an earlier process left half-written.</summary>
    public BlobFolder(string root)
    {
        _root = root;
        _temporary = Path.Combine(root, "tmp");
        Directory.CreateDirectory(_temporary);
        foreach (var leftover in Directory.EnumerateFiles(_temporary))
            File.Delete(leftover);
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
                if (FindSize(digest) == size)
                    return new BlobPutResult(BlobPutStatus.AlreadyStored, digest, size);
                RandomAccess.FlushToDisk(file);
                file.Dispose();
                Publish(temporary, digest);
                return new BlobPutResult(BlobPutStatus.Stored, digest, size);
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <inheritdoc/>
    public long? FindSize(BlobDigest digest)
    {
        var file = new FileInfo(PathOf(digest));
        return file.Exists ? file.Length : null;
    }

    /// <inheritdoc/>
    public Stream? OpenRead(BlobDigest digest, long offset = 0)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        var stream = new VerifyingBlobStream(handle, digest);
        try
        {
            stream.Skip(offset);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Delete(BlobDigest digest)
    {
        var path = PathOf(digest);
        if (!File.Exists(path))
            return false;
        File.Delete(path);
        return true;
    }

    private void Publish(string temporary, BlobDigest digest)
    {
        var path = PathOf(digest);
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            DurableFolder.Flush(_root);
        }

        File.Move(temporary, path, overwrite: true);
        // The rename itself must survive a power cut, or a committed row could name a blob that is gone.
        DurableFolder.Flush(folder);
    }

    private string PathOf(BlobDigest digest) => Path.Combine(_root, digest.Hex[..2], digest.Hex[2..]);
}

/// <summary>Reads a blob and withholds its end when the bytes do not match the digest.</summary>
internal sealed class VerifyingBlobStream(SafeFileHandle file, BlobDigest digest) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _length = RandomAccess.GetLength(file);
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("A verified blob is read from its start to its end.");
    }

    /// <summary>Passes over the first bytes; they are hashed all the same, since the digest is that of the whole blob.</summary>
    public void Skip(long count)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            while (count > 0)
            {
                var read = Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, count)));
                if (read == 0)
                    return;
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer, _position);
        if (read == 0)
        {
            if (_position < _length)
                throw new BlobCorruptException(digest);
            return 0;
        }

        _hash.AppendData(buffer[..read]);
        _position += read;
        if (_position >= _length && BlobDigest.FromHash(_hash.GetHashAndReset()) != digest)
            throw new BlobCorruptException(digest);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A verified blob is read from its start to its end.");

    public override void SetLength(long value) => throw new NotSupportedException("A blob does not change.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A blob does not change.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
