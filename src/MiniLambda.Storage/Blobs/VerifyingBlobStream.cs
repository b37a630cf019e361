using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Storage.Blobs;

/// <summary>Reads a blob and withholds its end when the bytes do not match the digest.</summary>
internal sealed class VerifyingBlobStream(SafeFileHandle file, BlobDigest digest) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _length = RandomAccess.GetLength(file);
    private long _position;
    private bool _verified;

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
        if (buffer.IsEmpty || _verified)
            return 0;
        var read = RandomAccess.Read(file, buffer, _position);
        _hash.AppendData(buffer[..read]);
        _position += read;
        // At the end of the file too: one that was cut to nothing has no last byte to withhold.
        if (_position >= _length || read == 0)
        {
            if (BlobDigest.FromHash(_hash.GetHashAndReset()) != digest)
                throw new BlobCorruptException(digest);
            _verified = true;
        }

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
