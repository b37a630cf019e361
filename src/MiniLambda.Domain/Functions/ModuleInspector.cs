using System.Buffers;
using System.Text;

namespace MiniLambda.Domain.Functions;

/// <summary>
/// Reads the outline of a WebAssembly binary (Core Specification 3.0, chapter 5): header, sections, imports, exports, memories. Code and data are
/// passed over, so the cost does not grow with them; function bodies are judged by the compiler. Hostile input costs no more memory than its own
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
    public static ModuleFacts Inspect(Stream module)
    {
        var source = new Source(module);
        var component = ReadHeader(source);
        var imports = new List<ModuleImport>();
        var exports = new List<ModuleExport>();
        var memories = new List<ModuleMemory>();
        var seen = new HashSet<byte>();
        while (source.TryReadByte(out var id))
        {
            var size = source.ReadLeb32($"the size of section {id}");
            if (!component && id >= SectionNames.Length)
                throw new ModuleFormatException($"is malformed: there is no section {id}");
            var name = component ? $"section {id}" : $"section '{SectionNames[id]}'";
            if (!component && id != CustomSection && !seen.Add(id))
                throw new ModuleFormatException($"is malformed: {name} stands there twice");
            if (component || id is not (ImportSection or MemorySection or ExportSection))
            {
                source.Skip(size, name);
                continue;
            }

            if (size > MaxSectionBytes)
                throw new ModuleFormatException($"is too large: {name} has {size} bytes, at most {MaxSectionBytes} are read");
            var content = new Section(source.ReadBytes((int)size, name), name);
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

        return new ModuleFacts(component ? ModuleKind.Component : ModuleKind.Core, source.Position, imports, exports, memories);
    }

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

    /// <summary>The stream, counted.</summary>
    private sealed class Source(Stream stream)
    {
        public long Position { get; private set; }

        public bool TryReadByte(out byte value)
        {
            Span<byte> one = stackalloc byte[1];
            var read = ReadUpTo(one);
            value = one[0];
            return read == 1;
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

        public byte[] ReadBytes(int count, string name)
        {
            // The announced size is not believed: memory grows with what is really there.
            using var bytes = new MemoryStream();
            Copy(count, name, bytes);
            return bytes.ToArray();
        }

        public void Skip(uint count, string name) => Copy(count, name, Stream.Null);

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
