using System.Security.Cryptography;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests.Commands;

public sealed class LocalFunctionTests : IDisposable
{
    private static readonly byte[] Header = [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("resize", false)]
    [InlineData("resize@3", false)]
    [InlineData("Nonsense", false)]
    [InlineData("resize.wasm", true)]
    [InlineData("resize.wat", true)]
    [InlineData("minilambda.toml", true)]
    [InlineData("./resize", true)]
    [InlineData("/tmp", true)]
    [InlineData("..", true)]
    [InlineData(@"dir\resize", true)]
    public void A_target_is_a_name_or_something_on_disk(string target, bool isPath) => Assert.Equal(isPath, LocalFunction.IsPath(target));

    [Fact]
    public void A_name_means_the_same_in_every_folder()
    {
        // The tests' own folder holds the examples, each in a folder of its name.
        var examples = Path.Combine(AppContext.BaseDirectory, "examples");
        Assert.True(Directory.Exists(Path.Combine(examples, "hello")));
        Assert.Equal("hello", LocalFunction.Load(Path.Combine(examples, "hello"), 1).Manifest.Name.Value);
        Assert.False(LocalFunction.IsPath("examples"));
    }

    [Fact]
    public void A_module_alone_gets_a_manifest_with_its_name()
    {
        var function = LocalFunction.Load(_folder.Write("My App_2.wat", TestFolder.DoesNothing), 1);
        Assert.Equal("my-app-2", function.Manifest.Name.Value);
        Assert.Equal("name = \"my-app-2\"\n", function.ManifestText);
    }

    [Theory]
    [InlineData("---.wat")]
    [InlineData("\u6f22.wat")]
    public void A_module_whose_file_has_no_name_for_a_function_is_called_function(string name) =>
        Assert.Equal("function", LocalFunction.Load(_folder.Write(name, TestFolder.DoesNothing), 1).Manifest.Name.Value);

    [Fact]
    public void A_folder_is_its_manifest_and_a_manifest_finds_its_module_beside_it()
    {
        _folder.Write("f/minilambda.toml", "name = \"tidy\"\nmodule = \"code/m.wat\"\n");
        _folder.Write("f/code/m.wat", TestFolder.DoesNothing);
        foreach (var target in (string[])[_folder.At("f"), _folder.At("f/minilambda.toml")])
        {
            var function = LocalFunction.Load(target, 1);
            Assert.Equal("tidy", function.Manifest.Name.Value);
            Assert.Equal(Path.Combine(_folder.At("f"), "code/m.wat"), function.ModuleSource);
            using var module = function.OpenModule();
            Assert.Equal(0, module.ReadByte());
        }
    }

    [Fact]
    public void A_large_module_is_never_held_in_memory()
    {
        const int size = 64 << 20;
        var path = _folder.At("large.wasm");
        using (var file = File.Create(path))
        {
            // An empty type, a function of it, its export and its body; then a custom section of zeros, which takes no disk.
            file.Write([.. Header, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 10, 1, 6, .. "_start"u8, 0, 0, 10, 4, 1, 2, 0, 0x0b]);
            file.Write([0, 0x80, 0x80, 0x80, 0x20]);
            file.SetLength(file.Position + size);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var function = LocalFunction.Load(path, 1);
        using var module = function.OpenModule();
        Assert.NotEmpty(SHA256.HashData(module));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, size / 16);
        Assert.Equal(new FileInfo(path).Length, module.Length);
    }

    [Theory]
    [InlineData("m.wasm", "", "m.wasm: the file is empty")]
    [InlineData("m.wasm", "hello world", "m.wasm: the file is not WebAssembly: it begins with 'hello wo'")]
    [InlineData("m.wasm", "\0asm", "m.wasm: the file is truncated: it ends after 4 bytes")]
    [InlineData("m.wat", "(module", "m.wat:1:")]
    [InlineData("m.wat", "(module)", "m.wat: the module has no export '_start' and exports no function")]
    [InlineData("m.txt", "", "m.txt' is neither a module (.wasm, .wat) nor a manifest (.toml)")]
    [InlineData("m.toml", "name = \"x\"", "m.toml:1:1: 'module' is missing: which file is the function's code?")]
    [InlineData("m.toml", "name = \"x\"\nmodule = \"none.wasm\"", "none.wasm'")]
    [InlineData("m.toml", "nmae = \"x\"", "m.toml:1:1: ")]
    public void What_is_no_function_is_refused_with_its_place(string file, string content, string problem)
    {
        var refusal = Assert.Throws<CommandException>(() => LocalFunction.Load(_folder.Write(file, content), 125));
        Assert.Equal(125, refusal.ExitCode);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var path = _folder.Write("m.wat", """(module (import "env" "a" (func)) (import "env" "b" (func)) (func (export "go")))""");
        Assert.Equal(
            $"""
            {path}: the module has no export '_start'; it exports 'go'
            {path}: the module imports the function 'env.a', which nobody provides
            {path}: the module imports the function 'env.b', which nobody provides
            """,
            Assert.Throws<CommandException>(() => LocalFunction.Load(path, 1)).Message);
    }

    [Fact]
    public void Another_entry_can_be_asked_for()
    {
        var path = _folder.Write("m.wat", """(module (func (export "go")))""");
        Assert.Equal("go", LocalFunction.Load(path, 1, entry: "go").Manifest.Entry);
        Assert.Throws<CommandException>(() => LocalFunction.Load(path, 1));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Equal("there is no file 'none.wasm'", Assert.Throws<CommandException>(() => LocalFunction.Load("none.wasm", 1)).Message);
}
