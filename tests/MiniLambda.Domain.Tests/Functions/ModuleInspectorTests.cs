using System.Text;
using MiniLambda.Domain.Functions;
using static MiniLambda.Domain.Tests.Functions.WasmBytes;

namespace MiniLambda.Domain.Tests.Functions;

public sealed class ModuleInspectorTests
{
    private const byte Imports = 2;
    private const byte Memories = 5;
    private const byte Exports = 7;

    [Theory]
    [InlineData("hello", 2, "args_get args_sizes_get fd_close fd_fdstat_get fd_seek fd_write proc_exit")]
    [InlineData("json-transform", 1, "args_get args_sizes_get fd_read fd_write proc_exit")]
    [InlineData("wordcount", 3, "fd_close fd_fdstat_get fd_read fd_seek fd_write proc_exit")]
    public void The_outline_of_an_example_is_read(string example, ulong pages, string functions)
    {
        var bytes = Example(example);
        var facts = Inspect(bytes);
        Assert.Equal((ModuleKind.Core, bytes.Length), (facts.Kind, facts.Size));
        Assert.Equal(functions.Split(' '), facts.Imports.Select(import => import.Name).Order());
        Assert.All(facts.Imports, import => Assert.Equal(("wasi_snapshot_preview1", ExternKind.Function), (import.Module, import.Kind)));
        Assert.Equal([new ModuleExport("memory", ExternKind.Memory), new ModuleExport("_start", ExternKind.Function)], facts.Exports);
        Assert.Equal([new ModuleMemory(pages, null)], facts.Memories);
    }

    [Fact]
    public void Every_kind_of_import_is_read()
    {
        var facts = Inspect(Module(Vector(
            Imports,
            Import("m", "function", 0, 0x80, 0x01),
            Import("m", "table", 1, 0x70, 1, 2, 3),
            Import("m", "table of typed references", 1, 0x63, 5, 0, 2),
            Import("m", "memory", 2, 0, 1),
            Import("m", "shared memory", 2, 3, 1, 2),
            Import("m", "memory with small pages", 2, 8, 1, 0),
            Import("m", "global", 3, 0x7f, 1),
            Import("m", "global reference", 3, 0x64, 0x70, 0),
            Import("m", "tag", 4, 0, 3),
            Import("größe", "", 0, 0))));
        Assert.Equal(
            [
                ExternKind.Function, ExternKind.Table, ExternKind.Table, ExternKind.Memory, ExternKind.Memory, ExternKind.Memory, ExternKind.Global,
                ExternKind.Global, ExternKind.Tag, ExternKind.Function,
            ],
            facts.Imports.Select(import => import.Kind));
        Assert.Equal(("größe", ""), (facts.Imports[^1].Module, facts.Imports[^1].Name));
        Assert.Empty(facts.Memories);
    }

    [Fact]
    public void Every_kind_of_export_is_read()
    {
        var exports = Enum.GetValues<ExternKind>().Where(kind => kind <= ExternKind.Tag).Select(kind => new ModuleExport($"the {kind}", kind)).ToArray();
        Assert.Equal(exports, Inspect(Module(Vector(Exports, [.. exports.Select(e => Export(e.Name, e.Kind))]))).Exports);
    }

    [Fact]
    public void Memories_are_read_with_their_bounds()
    {
        var facts = Inspect(Module(Vector(Memories, [0, 1], [1, 1, 2], [3, .. Leb(16), .. Leb(65536)], [4, .. Leb(1UL << 48)])));
        Assert.Equal([new(1, null), new(1, 2), new(16, 65536), new(1UL << 48, null)], facts.Memories);
    }

    [Fact]
    public void Custom_sections_may_stand_anywhere_and_are_passed_over()
    {
        var custom = Section(0, Name("producers"), [1, 2, 3]);
        var facts = Inspect(Module(custom, Vector(Memories, [0, 1]), custom, Vector(Exports, Export("memory", ExternKind.Memory)), custom));
        Assert.Equal((1, 1), (facts.Memories.Count, facts.Exports.Count));
    }

    [Fact]
    public void An_empty_module_is_a_module()
    {
        var facts = Inspect(CoreHeader);
        Assert.Equal((ModuleKind.Core, 8L), (facts.Kind, facts.Size));
        Assert.Empty(facts.Imports);
        Assert.Empty(facts.Exports);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\0", "is truncated: it ends after 1 bytes")]
    [InlineData("\0asm", "is truncated: it ends after 4 bytes")]
    [InlineData("\0asm\u0001\0\0", "is truncated: it ends after 7 bytes")]
    [InlineData("\0asn\u0001\0\0\0", "is not WebAssembly: it begins with '.asn....'")]
    [InlineData("(module)", "is not WebAssembly: it begins with '(module)'")]
    [InlineData("x", "is not WebAssembly: it begins with 'x'")]
    [InlineData("\u007fELF\u0002\u0001\u0001\0", "is not WebAssembly: it begins with '.ELF....'")]
    [InlineData("\0asm\u0002\0\0\0", "has an unknown WebAssembly version: 02 00 00 00")]
    [InlineData("\0asm\u0001\0\u0002\0", "has an unknown WebAssembly version: 01 00 02 00")]
    public void What_does_not_begin_like_a_module_is_told(string text, string told) => Assert.Equal(told, Problem(Encoding.Latin1.GetBytes(text)));

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "is malformed: there is no section 14", Module([14, 0]) },
        { "is truncated: it ends within the size of section 1", Module([1]) },
        { "is truncated: it ends within the size of section 1", Module([1, 0x80]) },
        { "is malformed: the size of section 1 is out of range", Module([1, 0xff, 0xff, 0xff, 0xff, 0x1f]) },
        { "is malformed: the size of section 1 is out of range", Module([1, 0x80, 0x80, 0x80, 0x80, 0x80]) },
        { "is truncated: 1 bytes of section 'type' are missing", Module([1, 3, 1, 2]) },
        { "is truncated: 4294967295 bytes of section 'code' are missing", Module([10, 0xff, 0xff, 0xff, 0xff, 0x0f]) },
        { "is too large: section 'import' has 16777217 bytes, at most 16777216 are read", Module([2, .. Leb((16 << 20) + 1)]) },
        { "is malformed: section 'export' stands there twice", Module(Vector(Exports), Vector(Exports)) },
        { "is malformed: section 'type' stands there twice", Module(Vector(1), Vector(1)) },
        { "is malformed: in section 'import' it ends too early", Module(Section(Imports)) },
        { "is malformed: in section 'import' its count is larger than the section", Module(Section(Imports, [5])) },
        { "is malformed: in section 'import' it ends too early", Module(Section(Imports, [2], Import("m", "f", 0, 0))) },
        { "is malformed: in section 'import' bytes follow its last item", Module(Section(Imports, [1], Import("m", "f", 0, 0), [0])) },
        { "is malformed: in section 'import' a name goes past its end", Module(Section(Imports, [1, 9, (byte)'m'])) },
        { "is malformed: in section 'import' a name is not UTF-8", Module(Section(Imports, [1, 1, 0xff, 0, 0, 0])) },
        { "is malformed: in section 'import' there is no kind 5", Module(Vector(Imports, Import("m", "f", 5, 0))) },
        { "is malformed: in section 'export' there is no kind 255", Module(Section(Exports, [1, 0, 255, 0])) },
        { "is malformed: in section 'memory' it ends too early", Module(Vector(Memories, [1, 1])) },
        {
            "is malformed: in section 'memory' a number is too long",
            Module(Section(Memories, [1, 0], [.. Enumerable.Repeat((byte)0x80, 10)], [0]))
        },
        {
            "is too large: section 'export' has 100001 items, at most 100000 are read",
            Module(Section(Exports, Leb(100_001), new byte[300_003]))
        },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_malformed_is_told_with_its_section(string told, byte[] module) => Assert.Equal(told, Problem(module));

    [Fact]
    public void A_lying_size_costs_no_memory()
    {
        var lying = Module([Imports, .. Leb(16 << 20), 1]);
        Problem(lying);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("is truncated: 16777215 bytes of section 'import' are missing", Problem(lying));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_stream_that_gives_one_byte_at_a_time_is_read_alike()
    {
        var bytes = Example("hello");
        Assert.Equivalent(Inspect(bytes), ModuleInspector.Inspect(new DripStream(bytes)), strict: true);
    }

    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
