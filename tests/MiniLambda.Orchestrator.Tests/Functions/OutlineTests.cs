using System.Text;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;

namespace MiniLambda.Orchestrator.Tests.Functions;

public sealed class OutlineTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private FunctionService.FunctionServiceClient Functions => _cluster.Connection.Functions;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_function_tells_what_its_module_is_and_a_list_does_not()
    {
        await _cluster.PushAsync("echo", "echoes_stdin");
        for (var i = 0; i < 2; i++)
        {
            var outline = (await Functions.GetAsync(new GetFunctionRequest { Name = "echo" })).Outline;
            Assert.Equal(ModuleOutline.Types.Kind.CoreModule, outline.Kind);
            Assert.Equal(["wasi_snapshot_preview1.fd_read", "wasi_snapshot_preview1.fd_write"], outline.Imports.Order());
            Assert.Equal(["_start", "memory"], outline.Exports.Order());
        }

        Assert.All((await Functions.ListAsync(new ListFunctionsRequest())).Functions, function => Assert.Null(function.Outline));
    }

    [Fact]
    public async Task An_outline_is_bounded_however_much_a_module_exports()
    {
        var text = new StringBuilder("""(module (memory (export "memory") 1) (func $f (export "_start"))""");
        for (var i = 0; i < 3000; i++)
            text.Append($"(export \"{new string('x', 200)}{i}\" (func $f))");
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.wat");
        await File.WriteAllTextAsync(file, text.Append(')').ToString());
        await _cluster.PushAsync("many", ModuleBytes.Read(file));
        File.Delete(file);

        var outline = (await Functions.GetAsync(new GetFunctionRequest { Name = "many" })).Outline;

        Assert.Equal(1000, outline.Exports.Count);
        Assert.All(outline.Exports, name => Assert.InRange(name.Length, 1, 101));
    }

    [Fact]
    public async Task A_function_whose_module_is_damaged_still_tells_the_rest()
    {
        var function = await _cluster.PushAsync("echo", "echoes_stdin");
        _cluster.Spoil(function.ModuleDigest);

        var told = await Functions.GetAsync(new GetFunctionRequest { Name = "echo" });

        Assert.Equal((function.Manifest, null), (told.Manifest, told.Outline));
    }
}
