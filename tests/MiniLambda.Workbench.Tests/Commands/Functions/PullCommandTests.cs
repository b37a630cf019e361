using System.Text.Json;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Tests.Commands.Functions;

[Collection(ClusterGroup.Name)]
public sealed class PullCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task What_is_pulled_can_be_run_and_pushed_and_is_the_same()
    {
        using var source = new TestFolder();
        source.Write("f.wat", TestFolder.DoesNothing);
        source.Write("minilambda.toml", "name = \"pulled\"\nmodule = \"f.wat\"\n[env]\nA = \"1\"\n");
        Assert.Equal("pulled@1\n", (await cluster.RunAsync("function", "push", source.FullName)).Out);
        using var target = new TestFolder();

        var pulled = await cluster.RunAsync("function", "pull", "pulled", "-o", target.At("new/folder"));

        Assert.Equal((0, $"pulled@1 in {target.At("new/folder")} (minilambda.toml, pulled.wasm)\n", ""), (pulled.ExitCode, pulled.Out, pulled.Error));
        Assert.Equal(["minilambda.toml", "pulled.wasm"], Names(target.At("new/folder")));
        Assert.Equal(0, (await cluster.RunAsync("run", target.At("new/folder"))).ExitCode);
        // The manifest names another file now; the module is the same.
        Assert.Equal("pulled@2\n", (await cluster.RunAsync("function", "push", target.At("new/folder"))).Out);
        var (first, second) = (await GetAsync("pulled", 1), await GetAsync("pulled", 2));
        Assert.Equal(first.ModuleDigest, second.ModuleDigest);
        // From then on nothing changes any more, and an older version can still be had.
        Assert.Equal(0, (await cluster.RunAsync("function", "pull", "pulled@2", "-o", target.At("again"))).ExitCode);
        Assert.Equal("pulled@2 (unchanged)\n", (await cluster.RunAsync("function", "push", target.At("again"))).Out);
        Assert.StartsWith("pulled@1 in", (await cluster.RunAsync("function", "pull", "pulled@1", "-o", target.At("old"))).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_is_not_overwritten_unless_that_is_wanted()
    {
        await cluster.PushAsync("pulled-over");
        using var target = new TestFolder();
        target.Write("minilambda.toml", "mine");
        target.Write("other", "mine too");

        var refused = await cluster.RunAsync("function", "pull", "pulled-over", "-o", target.FullName);

        Assert.Equal((1, ""), (refused.ExitCode, refused.Out));
        Assert.Equal($"error: '{target.At("minilambda.toml")}' is there already; --force overwrites it, -o names another folder\n", refused.Error);
        Assert.Equal(["minilambda.toml", "other"], Names(target.FullName));
        Assert.Equal("mine", await File.ReadAllTextAsync(target.At("minilambda.toml")));
        Assert.Equal(0, (await cluster.RunAsync("function", "pull", "pulled-over", "-o", target.FullName, "--force")).ExitCode);
        Assert.Equal(["minilambda.toml", "other", "pulled-over.wasm"], Names(target.FullName));
        Assert.Equal("mine too", await File.ReadAllTextAsync(target.At("other")));
    }

    [Fact]
    public async Task A_function_that_is_not_there_leaves_no_folder()
    {
        using var target = new TestFolder();
        var refused = await cluster.RunAsync("function", "pull", "no-such", "-o", target.At("new"));
        Assert.Equal((1, "error: there is no function 'no-such'\n"), (refused.ExitCode, refused.Error));
        Assert.Empty(Names(target.FullName));
    }

    [Fact]
    public async Task A_file_in_the_way_is_told()
    {
        await cluster.PushAsync("pulled-into");
        using var target = new TestFolder();
        target.Write("taken", "");
        Directory.CreateDirectory(target.At("folder/minilambda.toml"));
        Assert.Equal($"error: '{target.At("taken")}' is a file\n", (await cluster.RunAsync("function", "pull", "pulled-into", "-o", target.At("taken"))).Error);
        Assert.Equal(
            $"error: '{target.At("folder/minilambda.toml")}' is a folder\n",
            (await cluster.RunAsync("function", "pull", "pulled-into", "-o", target.At("folder"), "--force")).Error);
    }

    [Fact]
    public async Task Show_says_what_the_module_is()
    {
        await cluster.PushAsync("outlined");
        var shown = await cluster.RunAsync("function", "show", "outlined");
        Assert.Contains("kind      core module\nimports   none\nexports   memory, _start\n", shown.Out, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await cluster.RunAsync("function", "show", "outlined", "-o", "json")).Out);
        Assert.Equal("CORE_MODULE", json.RootElement.GetProperty("outline").GetProperty("kind").GetString());
    }

    private async Task<Function> GetAsync(string name, int version) =>
        await cluster.Connection.Functions.GetAsync(new GetFunctionRequest { Name = name, Version = version });

    private static IEnumerable<string?> Names(string folder) => Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
