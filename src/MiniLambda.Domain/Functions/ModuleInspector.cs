namespace MiniLambda.Domain.Functions;

/// <summary>
/// Reads the outline of a WebAssembly binary (Core Specification 3.0, chapter 5; component-model <c>Binary.md</c>): header, sections, imports, exports,
/// memories. Code and data are passed over; function bodies are judged by the compiler. Hostile input costs time in proportion to its length, and no
/// more memory than its own import and export sections.
/// </summary>
public static class ModuleInspector
{
    private const byte CustomSection = 0;
    private const byte ImportSection = 2;
    private const byte MemorySection = 5;
    private const byte ExportSection = 7;

    // A module may be nothing but millions of sections: none of them gets a name of its own.
    private static readonly string[] SectionNames =
    [
        "section 'custom'", "section 'type'", "section 'import'", "section 'function'", "section 'table'", "section 'memory'", "section 'global'",
        "section 'export'", "section 'start'", "section 'element'", "section 'code'", "section 'data'", "section 'data count'", "section 'tag'",
    ];

    /// <param name="module">Read from its position to its end; need not seek.</param>
    /// <exception cref="ModuleFormatException">The bytes are not a whole module.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ModuleFacts Inspect(Stream module, CancellationToken cancellationToken = default)
    {
        using var source = new ModuleSource(module, cancellationToken);
        var outline = new Outline();
        var isComponent = ReadHeader(source);
        if (isComponent)
            ComponentSections.Read(source, outline, long.MaxValue, depth: 0);
        else
            ReadSections(source, outline, long.MaxValue);
        return new ModuleFacts(isComponent ? ModuleKind.Component : ModuleKind.Core, source.Position, outline.Imports, outline.Exports, outline.Memories);
    }

    /// <summary>Reads the sections of a core module.</summary>
    /// <param name="end">Where they end; beyond the stream for those that end with it.</param>
    internal static void ReadSections(ModuleSource source, Outline outline, long end)
    {
        var seen = 0;
        while (source.TryReadSection(end, out var id, out var size))
        {
            if (id >= SectionNames.Length)
                throw new ModuleFormatException($"is malformed: there is no section {id}");
            var name = SectionNames[id];
            if (id != CustomSection && (seen & (1 << id)) != 0)
                throw new ModuleFormatException($"is malformed: {name} stands there twice");
            seen |= 1 << id;
            switch (id)
            {
                case ImportSection:
                    source.ReadSection(size, name).ReadVector(outline.Imports, ReadImport);
                    break;
                case MemorySection:
                    source.ReadSection(size, name).ReadVector(outline.Memories, ReadMemory);
                    break;
                case ExportSection:
                    source.ReadSection(size, name).ReadVector(outline.Exports, ReadExport);
                    break;
                default:
                    source.Skip(size, name);
                    break;
            }
        }
    }

    /// <summary>Whether what begins here is a component.</summary>
    internal static bool ReadHeader(ModuleSource source)
    {
        Span<byte> header = stackalloc byte[8];
        var read = source.ReadUpTo(header);
        if (source.Position == 0)
            throw new ModuleFormatException("is empty");
        if (!header[..Math.Min(read, 4)].SequenceEqual("\0asm"u8[..Math.Min(read, 4)]))
        {
            var text = string.Concat(header[..read].ToArray().Select(b => b is >= 0x20 and < 0x7f ? (char)b : '.'));
            throw new ModuleFormatException($"is not WebAssembly: it begins with '{text}'");
        }

        if (read < 8)
            throw new ModuleFormatException($"is truncated: it ends after {source.Position} bytes");
        return (header[4], header[5], header[6], header[7]) switch
        {
            (1, 0, 0, 0) => false,
            (_, _, 1, 0) => true,
            var (a, b, c, d) => throw new ModuleFormatException($"has an unknown WebAssembly version: {a:x2} {b:x2} {c:x2} {d:x2}"),
        };
    }

    private static ModuleImport ReadImport(ModuleSection content)
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

    private static ModuleExport ReadExport(ModuleSection content)
    {
        var export = new ModuleExport(content.ReadName(), content.ReadKind());
        content.ReadLeb64();
        return export;
    }

    private static ModuleMemory ReadMemory(ModuleSection content)
    {
        var (min, max) = content.ReadLimits();
        return new ModuleMemory(min, max);
    }

    /// <summary>What has been read.</summary>
    internal sealed class Outline
    {
        public List<ModuleImport> Imports { get; } = [];

        public List<ModuleExport> Exports { get; } = [];

        public List<ModuleMemory> Memories { get; } = [];

        public void Clear()
        {
            Imports.Clear();
            Exports.Clear();
            Memories.Clear();
        }
    }
}
