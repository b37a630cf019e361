namespace MiniLambda.Domain.Functions;

/// <summary>What a WebAssembly binary says of itself, without compiling it.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Memories">Those it defines; for a component, those of all core modules within it.</param>
public sealed record ModuleFacts(
    ModuleKind Kind, long Size, IReadOnlyList<ModuleImport> Imports, IReadOnlyList<ModuleExport> Exports, IReadOnlyList<ModuleMemory> Memories);

public enum ModuleKind
{
    /// <summary>A core module.</summary>
    Core,

    /// <summary>A component of the component model.</summary>
    Component,
}

/// <summary>Something a module needs from outside.</summary>
/// <param name="Module">Empty in a component, whose imports have one name.</param>
public sealed record ModuleImport(string Module, string Name, ExternKind Kind);

/// <summary>Something a module offers.</summary>
public sealed record ModuleExport(string Name, ExternKind Kind);

/// <summary>A linear memory that the module defines.</summary>
/// <param name="MinPages">Pages of 64 KiB at the start.</param>
/// <param name="MaxPages">Null when the module sets no bound.</param>
public sealed record ModuleMemory(ulong MinPages, ulong? MaxPages);

/// <summary>Kinds of imports and exports: those of core modules, with the numbers of the binary format, and what components have besides.</summary>
public enum ExternKind
{
    Function = 0,
    Table = 1,
    Memory = 2,
    Global = 3,
    Tag = 4,
    Module = 16,
    Value = 17,
    Type = 18,
    Component = 19,
    Instance = 20,
}

/// <summary>Bytes are not a WebAssembly module; the message completes the sentence "the module …".</summary>
public sealed class ModuleFormatException(string message) : Exception(message);
