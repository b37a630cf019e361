using MiniLambda.Domain.Functions;
using static MiniLambda.Domain.Tests.Functions.WasmBytes;

namespace MiniLambda.Domain.Tests.Functions;

public sealed class ModuleRulesTests
{
    private const string Wasi = "wasi_snapshot_preview1";

    private static readonly ModuleExport Start = new("_start", ExternKind.Function);
    private static readonly ModuleExport Memory = new("memory", ExternKind.Memory);

    public static TheoryData<string> Examples =>
        [.. Directory.EnumerateDirectories(Path.Combine(AppContext.BaseDirectory, "examples")).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_examples_can_run(string example)
    {
        var manifest = ManifestToml.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "examples", example, "minilambda.toml")), "minilambda.toml");
        Assert.Empty(ModuleRules.Problems(Inspect(Example(example)), manifest.Manifest!.Entry));
    }

    [Fact]
    public void A_module_that_needs_nothing_can_run() => Assert.Empty(Problems([], [Start]));

    [Fact]
    public void A_missing_entry_is_told_with_what_there_is()
    {
        Assert.Equal(["has no export '_start' and exports no function"], Problems([], [Memory]));
        Assert.Equal(
            ["has no export '_start'; it exports 'main', 'run'"],
            Problems([], [new("main", ExternKind.Function), Memory, new("run", ExternKind.Function)]));
        var many = Enumerable.Range(1, 6).Select(i => new ModuleExport($"f{i}", ExternKind.Function));
        Assert.Equal(["has no export '_start'; it exports 'f1', 'f2', 'f3', 'f4', 'f5', …"], Problems([], [.. many]));
        Assert.Equal(["has no export 'main'; it exports '_start'"], Problems([], [Start], "main"));
    }

    [Fact]
    public void An_entry_that_is_no_function_is_told() =>
        Assert.Equal(["exports 'memory' as a memory, not as a function"], Problems([], [Start, Memory], "memory"));

    [Theory]
    [InlineData(Wasi, "fd_write", ExternKind.Function, null)]
    [InlineData(Wasi, "sock_accept", ExternKind.Function, null)]
    [InlineData(Wasi, "fd_rite", ExternKind.Function, "imports the function 'wasi_snapshot_preview1.fd_rite', which is not part of WASI preview 1")]
    [InlineData(Wasi, "fd_write", ExternKind.Global, "imports the global 'wasi_snapshot_preview1.fd_write', which is not part of WASI preview 1")]
    [InlineData("env", "log", ExternKind.Function, "imports the function 'env.log', which nobody provides")]
    [InlineData("env", "memory", ExternKind.Memory, "imports the memory 'env.memory', which nobody provides")]
    [InlineData("env", "\u001b[2J", ExternKind.Function, @"imports the function 'env.\x1b[2J', which nobody provides")]
    [InlineData(
        "wasi_unstable", "fd_write", ExternKind.Function,
        "imports 'wasi_unstable' (WASI preview 0), which nobody provides; rebuild it with a newer toolchain")]
    public void An_import_is_told_when_nobody_provides_it(string module, string name, ExternKind kind, string? told) =>
        Assert.Equal(told is null ? [] : [told], Problems([new(module, name, kind)], [Start, Memory]));

    [Fact]
    public void Wasi_without_an_exported_memory_is_told()
    {
        var wasi = new ModuleImport(Wasi, "fd_write", ExternKind.Function);
        Assert.Equal(["uses WASI but does not export its 'memory'"], Problems([wasi], [Start]));
        Assert.Equal(["uses WASI but does not export its 'memory'"], Problems([wasi], [Start, new("memory", ExternKind.Function)]));
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_and_each_thing_once()
    {
        var old = new ModuleImport("wasi_unstable", "fd_read", ExternKind.Function);
        Assert.Equal(3, Problems([old, old with { Name = "fd_write" }, new("env", "log", ExternKind.Function)], []).Count);
    }

    [Fact]
    public void A_thousand_strange_imports_are_told_within_reason()
    {
        var imports = Enumerable.Range(0, 1000).Select(i => new ModuleImport("env", $"f{i}", ExternKind.Function));
        var problems = Problems([.. imports], [Start]);
        Assert.Equal(21, problems.Count);
        Assert.Equal("imports 980 more things that nobody provides", problems[^1]);
    }

    private static IReadOnlyList<string> Problems(ModuleImport[] imports, ModuleExport[] exports, string entry = "_start") =>
        ModuleRules.Problems(new ModuleFacts(ModuleKind.Core, 8, imports, exports, []), entry);
}
