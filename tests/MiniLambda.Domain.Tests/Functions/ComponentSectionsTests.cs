using MiniLambda.Domain.Functions;
using static MiniLambda.Domain.Tests.Functions.WasmBytes;

namespace MiniLambda.Domain.Tests.Functions;

public sealed class ComponentSectionsTests
{
    private const byte CoreModules = 1;
    private const byte Components = 4;
    private const byte Imports = 10;
    private const byte Exports = 11;
    private const byte MemoriesOfModule = 5;

    private const byte Instance = 5;

    [Fact]
    public void The_outline_of_a_real_component_is_read()
    {
        var bytes = Example("hello-component");
        var facts = Inspect(bytes);
        Assert.Equal((ModuleKind.Component, bytes.Length), (facts.Kind, facts.Size));
        Assert.Contains(new ModuleImport("", "wasi:cli/environment@0.2.12", ExternKind.Instance), facts.Imports);
        Assert.All(facts.Imports, import => Assert.StartsWith("wasi:", import.Name, StringComparison.Ordinal));
        Assert.Equal([new ModuleExport("wasi:cli/run@0.2.12", ExternKind.Instance)], facts.Exports);
        Assert.Equal([new ModuleMemory(2, null)], facts.Memories);
    }

    [Fact]
    public void Every_sort_of_import_is_read()
    {
        var facts = Inspect(Component(Vector(
            Imports,
            Named("m", 0, 0x11, 1), Named("f", 1, 2), Named("v", 2, 0, 3), Named("w", 2, 1, 0x7f), Named("t", 3, 0, 4), Named("r", 3, 1), Named("c", 4, 5),
            Named("i", Instance, 6))));
        Assert.Equal(
            [
                ("m", ExternKind.Module), ("f", ExternKind.Function), ("v", ExternKind.Value), ("w", ExternKind.Value), ("t", ExternKind.Type),
                ("r", ExternKind.Type), ("c", ExternKind.Component), ("i", ExternKind.Instance),
            ],
            facts.Imports.Select(import => (import.Name, import.Kind)));
    }

    [Fact]
    public void Exports_are_read_with_their_types_or_without()
    {
        var facts = Inspect(Component(Vector(Exports, Named("a", Instance, 0, 0), Named("b", Instance, 1, 1, 5, 0)), Vector(Exports, Named("c", 1, 7, 0))));
        Assert.Equal(
            [("a", ExternKind.Instance), ("b", ExternKind.Instance), ("c", ExternKind.Function)], facts.Exports.Select(export => (export.Name, export.Kind)));
    }

    [Fact]
    public void The_memories_of_all_modules_within_are_told_and_nothing_else_of_them()
    {
        var one = Module(Vector(MemoriesOfModule, [1, 1, 2]), Vector(7, Export("memory", ExternKind.Memory)));
        var two = Module(Vector(MemoriesOfModule, [0, 3]));
        var inner = Component(Section(CoreModules, two), Vector(Imports, Named("inner", Instance, 0)));
        var facts = Inspect(Component(Section(CoreModules, one), Section(Components, inner), Section(0, Name("name")), Section(CoreModules, Module())));
        Assert.Equal([new(1, 2), new(3, null)], facts.Memories);
        Assert.Empty(facts.Imports);
        Assert.Empty(facts.Exports);
    }

    [Fact]
    public void Other_sections_are_passed_over()
    {
        var facts = Inspect(Component(Section(7, [0xff, 0xff]), Section(7, [0xff]), Section(99, [1])));
        Assert.Equal((ModuleKind.Component, 18L), (facts.Kind, facts.Size));
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "is truncated: it ends after 12 bytes", Component([CoreModules, 4, 0, (byte)'a']) },
        { "is truncated: 4 bytes of a module in it are missing", Component([CoreModules, 12, .. CoreHeader]) },
        { "is malformed: a module in it does not end where its section does", Component([CoreModules, 10, .. CoreHeader, 1, 3, 0, 0, 0]) },
        { "is malformed: a module in it does not end where its section does", Component([CoreModules, 4, .. CoreHeader]) },
        { "is not WebAssembly: it begins with 'abcdefgh'", Component(Section(CoreModules, "abcdefgh"u8.ToArray())) },
        { "is truncated: 3 bytes of section 7 are missing", Component([7, 4, 0]) },
        { "is malformed: in section 10 a name is of a kind that is not known", Component(Vector(Imports, [9, 1, (byte)'x', 5, 0])) },
        { "is malformed: in section 10 there is no sort 6", Component(Vector(Imports, Named("x", 6, 0))) },
        { "is malformed: in section 10 a core item stands by itself", Component(Vector(Imports, Named("x", 0, 2, 0))) },
        { "is malformed: in section 11 it ends too early", Component(Vector(Exports, Named("x", Instance, 0))) },
        { "is too large: it has more than 1000 memories", Component(Section(CoreModules, Module(Vector(MemoriesOfModule, Memories(1001))))) },
        { "is too deep: components stand 33 deep in each other, at most 32 are read", Enumerable.Range(0, 33).Aggregate(Component(), (c, _) => Component(Section(Components, c))) },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_wrong_in_a_component_is_told(string told, byte[] component) => Assert.Equal(told, Problem(component));

    private static byte[][] Memories(int count) => [.. Enumerable.Repeat((byte[])[0, 1], count)];

    private static byte[] Component(params byte[][] sections) => [.. ComponentHeader, .. sections.SelectMany(s => s)];

    private static byte[] Named(string name, params byte[] description) => [0, .. Name(name), .. description];
}
