using System.Buffers;

namespace MiniLambda.Domain.Functions;

/// <summary>A module as a stream, read in large pieces and counted.</summary>
internal sealed class ModuleSource(Stream stream, CancellationToken cancellationToken) : IDisposable
{
    private const int MaxSectionBytes = 16 << 20;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
    private int _start;
    private int _end;
    private long _passed;

    /// <summary>Bytes that were taken.</summary>
    public long Position => _passed + _start;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>The head of the next section; false at the end of the stream, or of what <paramref name="end"/> bounds.</summary>
    public bool TryReadSection(long end, out byte id, out uint size)
    {
        (id, size) = (0, 0);
        if (Position >= end || !TryReadByte(out id))
            return false;
        size = ReadSize(id);
        return true;
    }

    public int ReadUpTo(Span<byte> target)
    {
        var read = 0;
        while (read < target.Length && TryReadByte(out target[read]))
            read++;
        return read;
    }

    /// <summary>A section's bytes as something to read items from.</summary>
    public ModuleSection ReadSection(uint size, string name)
    {
        if (size > MaxSectionBytes)
            throw new ModuleFormatException($"is too large: {name} has {size} bytes, at most {MaxSectionBytes} are read");
        // The announced size is not believed: memory grows with what is really there.
        using var bytes = new MemoryStream();
        Copy(size, name, bytes);
        return new ModuleSection(bytes.ToArray(), name);
    }

    /// <summary>Passes over a section.</summary>
    public void Skip(uint size, string name) => Copy(size, name, null);

    private void Copy(long count, string name, MemoryStream? target)
    {
        while (count > 0 && (_start < _end || Fill()))
        {
            var taken = (int)Math.Min(count, _end - _start);
            target?.Write(_buffer, _start, taken);
            _start += taken;
            count -= taken;
        }

        if (count > 0)
            throw new ModuleFormatException($"is truncated: {count} bytes of {name} are missing");
    }

    // A LEB128 of 32 bits.
    private uint ReadSize(byte section)
    {
        ulong value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (!TryReadByte(out var next))
                throw new ModuleFormatException($"is truncated: it ends within the size of section {section}");
            value |= (ulong)(next & 0x7f) << shift;
            if ((next & 0x80) == 0 && value <= uint.MaxValue)
                return (uint)value;
        }

        throw new ModuleFormatException($"is malformed: the size of section {section} is out of range");
    }

    private bool TryReadByte(out byte value)
    {
        var any = _start < _end || Fill();
        value = any ? _buffer[_start++] : (byte)0;
        return any;
    }

    private bool Fill()
    {
        cancellationToken.ThrowIfCancellationRequested();
        _passed += _end;
        _start = 0;
        _end = stream.Read(_buffer);
        return _end > 0;
    }
}
