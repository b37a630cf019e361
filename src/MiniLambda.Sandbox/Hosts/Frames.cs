using System.Buffers.Binary;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>What a frame between a sandbox host and its parent says.</summary>
internal enum FrameKind : byte
{
    /// <summary>Down, first: <see cref="HostSpec"/>.</summary>
    Configure = 1,

    /// <summary>Down: run a guest.</summary>
    Run,

    /// <summary>Down: stop the guest of this number, if it still runs.</summary>
    Cancel,

    /// <summary>Down: compile a module.</summary>
    Compile,

    /// <summary>Up, first: ready, with the walls that are in force.</summary>
    Ready,

    /// <summary>Up: a piece of the guest's stdout, when it is not gathered.</summary>
    Stdout,

    /// <summary>Up: a piece of the guest's stderr.</summary>
    Stderr,

    /// <summary>Up: how the guest ended.</summary>
    Ended,

    /// <summary>Up: the artifact is not what it was when it was written.</summary>
    ArtifactDamaged,

    /// <summary>Up: the module is compiled, and what it is.</summary>
    Compiled,

    /// <summary>Up: the module is not one that can be compiled.</summary>
    BadModule,

    /// <summary>Up: what was asked for failed by no fault of the guest.</summary>
    Failed,

    /// <summary>Up: the disk has no space for the artifact, or for what the guest wrote.</summary>
    DiskFull,
}

/// <summary>
/// Reads and writes frames on a pipe: length of what follows (4 bytes, little-endian), kind (1 byte), body. Blocking, for threads of their own:
/// one may read while others write.
/// </summary>
internal sealed class FramePipe(Stream input, Stream output)
{
    /// <summary>Largest body in bytes; more is a broken peer.</summary>
    public const int MaxBody = 16 << 20;

    private const int HeaderBytes = 5;

    private readonly Lock _writing = new();
    private readonly byte[] _header = new byte[HeaderBytes];
    private byte[] _body = new byte[64 << 10];
    private byte[] _outgoing = new byte[64 << 10];

    /// <summary>The next frame; null when the peer is gone. The body is valid until the next read.</summary>
    /// <exception cref="InvalidDataException">The peer does not speak frames.</exception>
    public (FrameKind Kind, ReadOnlyMemory<byte> Body)? Read()
    {
        if (!TryFill(_header))
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_header);
        if (length is < 0 or > MaxBody)
            throw new InvalidDataException($"a frame of {length} bytes");
        if (length > _body.Length)
            _body = new byte[length];
        var body = _body.AsMemory(0, length);
        return TryFill(body.Span) ? ((FrameKind)_header[4], body) : null;
    }

    /// <exception cref="IOException">The peer is gone.</exception>
    /// <exception cref="ArgumentException">The body is longer than the peer would take.</exception>
    public void Write(FrameKind kind, ReadOnlySpan<byte> body)
    {
        if (body.Length > MaxBody)
            throw new ArgumentException($"a message to a sandbox host has at most {MaxBody} bytes, and this one {body.Length}");
        lock (_writing)
        {
            // One write for each frame: the peer wakes up once.
            if (_outgoing.Length < HeaderBytes + body.Length)
                _outgoing = new byte[HeaderBytes + body.Length];
            BinaryPrimitives.WriteInt32LittleEndian(_outgoing, body.Length);
            _outgoing[4] = (byte)kind;
            body.CopyTo(_outgoing.AsSpan(HeaderBytes));
            output.Write(_outgoing, 0, HeaderBytes + body.Length);
            output.Flush();
        }
    }

    private bool TryFill(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = input.Read(buffer);
            if (read == 0)
                return false;
            buffer = buffer[read..];
        }

        return true;
    }
}
