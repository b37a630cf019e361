using System.Buffers;
using System.Text;

namespace MiniLambda.Domain.Functions;

/// <summary>
/// Reads the outline of a WebAssembly binary (Core Specification 3.0, chapter 5): header, sections, imports, exports, memories. Code and data are
/// passed over; function bodies are judged by the compiler. Hostile input costs time in proportion to its length, and no more memory than its own
/// import and export sections.
/// </summary>
public static class ModuleInspector
{
    private const int MaxSectionBytes = 16 << 20;
    private const int MaxItems = 100_000;
    private const byte CustomSection = 0;
    private const byte ImportSection = 2;
    private const byte MemorySection = 5;
    private const byte ExportSection = 7;

    private static readonly string[] SectionNames =
        ["custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count", "tag"];

    /// <param name="module">Read from its position to its end; need not seek.</param>
    /// <exception cref="ModuleFormatException">The bytes are not a whole module.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ModuleFacts Inspect(Stream module, CancellationToken cancellationToken = default)
    {
        using var source = new Source(module, cancellationToken);
        var component = ReadHeader(source);
        var imports = new List<ModuleImport>();
        var exports = new List<ModuleExport>();
        var memories = new List<ModuleMemory>();
        var seen = new HashSet<byte>();
        while (source.TryReadByte(out var id))
        {
            var size = source.ReadSize(id);
            if (!component && id >= SectionNames.Length)
                throw new ModuleFormatException($"is malformed: there is no section {id}");
            // A module may be nothing but millions of sections: only those that are told of get a name.
            var names = component ? null : SectionNames;
            if (!component && id != CustomSection && !seen.Add(id))
                throw new ModuleFormatException($"is malformed: {NameOf(id, names)} stands there twice");
            if (component || id is not (ImportSection or MemorySection or ExportSection))
            {
                if (source.Skip(size) is > 0 and var missing)
                    throw Truncated(missing, NameOf(id, names));
                continue;
            }

            ReadSection(id, Open(source, size, NameOf(id, names)), imports, exports, memories);
        }

        return new ModuleFacts(component ? ModuleKind.Component : ModuleKind.Core, source.Position, imports, exports, memories);
    }

    private static Section Open(Source source, uint size, string name) => size <= MaxSectionBytes
        ? new Section(source.ReadBytes((int)size, name), name)
        : throw new ModuleFormatException($"is too large: {name} has {size} bytes, at most {MaxSectionBytes} are read");

    private static void ReadSection(byte id, Section content, List<ModuleImport> imports, List<ModuleExport> exports, List<ModuleMemory> memories)
    {
        switch (id)
        {
            case ImportSection:
                content.ReadVector(() => imports.Add(ReadImport(content)));
                break;
            case MemorySection:
                content.ReadVector(() => memories.Add(ReadMemory(content)));
                break;
            default:
                content.ReadVector(() => exports.Add(ReadExport(content)));
                break;
        }
    }

    private static string NameOf(byte section, string[]? names) => names is null ? $"section {section}" : $"section '{names[section]}'";

    private static ModuleFormatException Truncated(long missing, string section) => new($"is truncated: {missing} bytes of {section} are missing");

    private static bool ReadHeader(Source source)
    {
        Span<byte> header = stackalloc byte[8];
        var read = source.ReadUpTo(header);
        if (read == 0)
            throw new ModuleFormatException("is empty");
        if (!header[..Math.Min(read, 4)].SequenceEqual("\0asm"u8[..Math.Min(read, 4)]))
        {
            var text = string.Concat(header[..read].ToArray().Select(b => b is >= 0x20 and < 0x7f ? (char)b : '.'));
            throw new ModuleFormatException($"is not WebAssembly: it begins with '{text}'");
        }

        if (read < 8)
            throw new ModuleFormatException($"is truncated: it ends after {read} bytes");
        return (header[4], header[5], header[6], header[7]) switch
        {
            (1, 0, 0, 0) => false,
            (_, _, 1, 0) => true,
            var (a, b, c, d) => throw new ModuleFormatException($"has an unknown WebAssembly version: {a:x2} {b:x2} {c:x2} {d:x2}"),
        };
    }

    private static ModuleImport ReadImport(Section content)
    {
        var (module, name, kind) = (content.ReadName(), content.ReadName(), content.ReadKind());
        switch (kind)
        {
            case ExternKind.Function:
                content.ReadLeb64();
                break;
            case ExternKind.Table:
                content.SkipReferenceType();
                content.ReadLimits();
                break;
            case ExternKind.Memory:
                ReadMemory(content);
                break;
            case ExternKind.Global:
                content.SkipReferenceType();
                content.ReadByte();
                break;
            default:
                content.ReadByte();
                content.ReadLeb64();
                break;
        }

        return new ModuleImport(module, name, kind);
    }

    private static ModuleExport ReadExport(Section content)
    {
        var export = new ModuleExport(content.ReadName(), content.ReadKind());
        content.ReadLeb64();
        return export;
    }

    private static ModuleMemory ReadMemory(Section content)
    {
        var (min, max) = content.ReadLimits();
        return new ModuleMemory(min, max);
    }

    /// <summary>The stream, read in large pieces and counted.</summary>
    private sealed class Source(Stream stream, CancellationToken cancellationToken) : IDisposable
    {
        private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        private int _start;
        private int _end;
        private long _passed;

        /// <summary>Bytes that were taken.</summary>
        public long Position => _passed + _start;

        public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

        public bool TryReadByte(out byte value)
        {
            var any = _start < _end || Fill();
            value = any ? _buffer[_start++] : (byte)0;
            return any;
        }

        public int ReadUpTo(Span<byte> target)
        {
            var read = 0;
            while (read < target.Length && TryReadByte(out target[read]))
                read++;
            return read;
        }

        /// <summary>A section's size, a LEB128 of 32 bits.</summary>
        public uint ReadSize(byte section)
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

        public byte[] ReadBytes(int count, string name)
        {
            // The announced size is not believed: memory grows with what is really there.
            using var bytes = new MemoryStream();
            return Copy(count, bytes) is > 0 and var missing ? throw Truncated(missing, name) : bytes.ToArray();
        }

        /// <summary>Passes over bytes; returns how many of them are missing.</summary>
        public long Skip(uint count) => Copy(count, null);

        private long Copy(long count, MemoryStream? target)
        {
            while (count > 0 && (_start < _end || Fill()))
            {
                var taken = (int)Math.Min(count, _end - _start);
                target?.Write(_buffer, _start, taken);
                _start += taken;
                count -= taken;
            }

            return count;
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

    /// <summary>One section's bytes.</summary>
    private sealed class Section(byte[] bytes, string name)
    {
        private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

        private int _position;

        /// <summary>Reads a count and so many items. An item takes at least one byte, so a lying count is seen at once.</summary>
        public void ReadVector(Action item)
        {
            var count = ReadLeb64();
            if (count > (ulong)bytes.Length)
                throw Malformed("its count is larger than the section");
            if (count > MaxItems)
                throw new ModuleFormatException($"is too large: {name} has {count} items, at most {MaxItems} are read");
            for (var i = 0UL; i < count; i++)
                item();

            if (_position != bytes.Length)
                throw Malformed("bytes follow its last item");
        }

        public string ReadName()
        {
            var length = ReadLeb64();
            if (length > (ulong)(bytes.Length - _position))
                throw Malformed("a name goes past its end");
            try
            {
                var text = Strict.GetString(bytes, _position, (int)length);
                _position += (int)length;
                return text;
            }
            catch (DecoderFallbackException)
            {
                throw Malformed("a name is not UTF-8");
            }
        }

        public ExternKind ReadKind()
        {
            var kind = ReadByte();
            return kind <= (byte)ExternKind.Tag ? (ExternKind)kind : throw Malformed($"there is no kind {kind}");
        }

        public byte ReadByte() => _position < bytes.Length ? bytes[_position++] : throw Malformed("it ends too early");

        public ulong ReadLeb64()
        {
            ulong value = 0;
            for (var shift = 0; shift < 70; shift += 7)
            {
                var next = ReadByte();
                value |= (ulong)(next & 0x7f) << shift;
                if ((next & 0x80) == 0)
                    return value;
            }

            throw Malformed("a number is too long");
        }

        /// <summary>A value or reference type: one byte, or a heap type after the bytes that announce one.</summary>
        public void SkipReferenceType()
        {
            if (ReadByte() is 0x63 or 0x64)
                ReadLeb64();
        }

        public (ulong Min, ulong? Max) ReadLimits()
        {
            var flags = ReadByte();
            var min = ReadLeb64();
            ulong? max = (flags & 1) != 0 ? ReadLeb64() : null;
            if ((flags & 8) != 0)
                ReadLeb64();
            return (min, max);
        }

        private ModuleFormatException Malformed(string problem) => new($"is malformed: in {name} {problem}");
    }
}
