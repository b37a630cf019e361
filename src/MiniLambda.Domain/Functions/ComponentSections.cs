namespace MiniLambda.Domain.Functions;

/// <summary>Reads the sections of a component (component-model <c>Binary.md</c>): its own imports and exports, and the memories of the core modules in it.</summary>
internal static class ComponentSections
{
    /// <summary>Components within components; those that tools make are a few deep.</summary>
    private const int MaxDepth = 32;

    /// <summary>Memories that are counted; far more than may run.</summary>
    private const int MaxMemories = 1000;

    // A component may be nothing but millions of sections: none of them gets a name of its own.
    private static readonly string[] Names = [.. Enumerable.Range(0, 256).Select(static id => $"section {id}")];

    private const byte CoreModuleSection = 1;
    private const byte ComponentSection = 4;
    private const byte ImportSection = 10;
    private const byte ExportSection = 11;

    /// <param name="end">Where they end; beyond the stream for those that end with it.</param>
    /// <param name="depth">How many components this one is in.</param>
    public static void Read(ModuleSource source, ModuleInspector.Outline outline, long end, int depth)
    {
        if (depth > MaxDepth)
            throw new ModuleFormatException($"is too deep: components stand {depth} deep in each other, at most {MaxDepth} are read");
        // One for all that is nested: there may be millions of modules.
        var nested = new ModuleInspector.Outline();
        while (source.TryReadSection(end, out var id, out var size))
        {
            switch (id)
            {
                case CoreModuleSection or ComponentSection:
                    ReadNested(source, outline, nested, source.Position + size, depth + 1);
                    break;
                case ImportSection:
                    source.ReadSection(size, Names[id]).ReadVector(outline.Imports, ReadImport);
                    break;
                case ExportSection:
                    source.ReadSection(size, Names[id]).ReadVector(outline.Exports, ReadExport);
                    break;
                default:
                    source.Skip(size, Names[id]);
                    break;
            }
        }
    }

    // What is nested meets its surroundings inside the component; only its memories matter to whoever runs it.
    private static void ReadNested(ModuleSource source, ModuleInspector.Outline outline, ModuleInspector.Outline nested, long end, int depth)
    {
        if (ModuleInspector.ReadHeader(source))
            Read(source, nested, end, depth);
        else
            ModuleInspector.ReadSections(source, nested, end);
        if (source.Position < end)
            throw new ModuleFormatException($"is truncated: {end - source.Position} bytes of a module in it are missing");
        if (source.Position > end)
            throw new ModuleFormatException("is malformed: a module in it does not end where its section does");
        outline.Memories.AddRange(nested.Memories);
        nested.Clear();
        if (outline.Memories.Count > MaxMemories)
            throw new ModuleFormatException($"is too large: it has more than {MaxMemories} memories");
    }

    private static ModuleImport ReadImport(ModuleSection content)
    {
        var (name, kind) = (content.ReadExternName(), content.ReadSort());
        content.SkipDescription(kind);
        return new ModuleImport("", name, kind);
    }

    private static ModuleExport ReadExport(ModuleSection content)
    {
        var (name, kind) = (content.ReadExternName(), content.ReadSort());
        content.ReadLeb64();
        if (content.ReadByte() == 1)
            content.SkipDescription(content.ReadSort());
        return new ModuleExport(name, kind);
    }
}
