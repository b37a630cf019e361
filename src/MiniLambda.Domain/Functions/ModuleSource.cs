using System.Buffers;

namespace MiniLambda.Domain.Functions;

/// <summary>A module as a stream, counted.</summary>
internal sealed class ModuleSource(Stream stream)
{
    private const int MaxSectionBytes = 16 << 20;

    public long Position { get; private set; }

    private bool TryReadByte(out byte value)
    {
        Span<byte> one = stackalloc byte[1];
        var read = ReadUpTo(one);
        value = one[0];
        return read == 1;
    }

    /// <summary>The head of the next section; false at the end of the stream, or of what <paramref name="end"/> bounds.</summary>
    public bool TryReadSection(long end, out byte id, out uint size)
    {
        (id, size) = (0, 0);
        if (Position >= end || !TryReadByte(out id))
            return false;
        size = ReadLeb32($"the size of section {id}");
        return true;
    }

    public int ReadUpTo(Span<byte> buffer)
    {
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        Position += read;
        return read;
    }

    public uint ReadLeb32(string what)
    {
        ulong value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (!TryReadByte(out var next))
                throw new ModuleFormatException($"is truncated: it ends within {what}");
            value |= (ulong)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return value <= uint.MaxValue ? (uint)value : throw new ModuleFormatException($"is malformed: {what} is out of range");
        }

        throw new ModuleFormatException($"is malformed: {what} is out of range");
    }

    /// <summary>A section's bytes as something to read items from.</summary>
    public ModuleSection ReadSection(uint size, string name)
    {
        if (size > MaxSectionBytes)
            throw new ModuleFormatException($"is too large: {name} has {size} bytes, at most {MaxSectionBytes} are read");
        return new ModuleSection(ReadBytes((int)size, name), name);
    }

    public void Skip(uint count, string name) => Copy(count, name, Stream.Null);

    private byte[] ReadBytes(int count, string name)
    {
        // The announced size is not believed: memory grows with what is really there.
        using var bytes = new MemoryStream();
        Copy(count, name, bytes);
        return bytes.ToArray();
    }

    private void Copy(long count, string name, Stream target)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            while (count > 0)
            {
                var read = ReadUpTo(buffer.AsSpan(0, (int)Math.Min(buffer.Length, count)));
                if (read == 0)
                    throw new ModuleFormatException($"is truncated: {count} bytes of {name} are missing");
                target.Write(buffer, 0, read);
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
