using System.Text.Json;
using MiniLambda.Domain.Functions;
using MiniLambda.Workbench.Commands.Init;

namespace MiniLambda.Workbench.Tests.Commands.Init;

public sealed class InitCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string> Templates => [.. FunctionTemplate.All.Select(t => t.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_usual_template_runs_with_nothing_installed()
    {
        Assert.Equal(0, (await TypedCommand.RunAsync("init", _folder.At("hello"))).ExitCode);
        var run = await TypedCommand.RunAsync("run", _folder.At("hello"));
        Assert.Equal((0, "Hello, world!\n"), (run.ExitCode, run.Out));
        Assert.Equal("Hello, Ada!\n", (await TypedCommand.RunAsync("run", _folder.At("hello"), "--", "Ada")).Out);
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task A_template_is_a_source_a_manifest_and_how_to_build_it(string template)
    {
        var made = await TypedCommand.RunAsync("init", _folder.At("f"), "--template", template);
        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        var files = made.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.GetFiles(_folder.At("f")).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.DoesNotContain("{{", File.ReadAllText(file), StringComparison.Ordinal));
        var manifest = ManifestToml.Read(await File.ReadAllTextAsync(_folder.At("f/minilambda.toml")), "minilambda.toml");
        Assert.Empty(manifest.Errors);
        Assert.Equal("f", manifest.Manifest!.Name.Value);
        var known = FunctionTemplate.All.Single(t => t.Name == template);
        Assert.True(File.Exists(_folder.At("f/" + known.Fill(known.Source, "f"))));
        Assert.All(known.Build, line => Assert.Contains(known.Fill(line, "f"), File.ReadAllText(_folder.At("f/README.md")), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("My_App", "my-app")]
    [InlineData("resize.fast", "resize-fast")]
    [InlineData("-x-", "x")]
    [InlineData("a/b/c/", "c")]
    public async Task The_folder_names_the_function(string folder, string name)
    {
        var made = await TypedCommand.RunAsync("init", _folder.At(folder), "-o", "json");
        Assert.Equal(name, JsonDocument.Parse(made.Out).RootElement.GetProperty("name").GetString());
        Assert.Contains($"name = \"{name}\"", await File.ReadAllTextAsync(Path.Combine(_folder.At(folder), "minilambda.toml")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_over()
    {
        _folder.Write("f/minilambda.toml", "mine");
        var refused = await TypedCommand.RunAsync("init", _folder.At("f"));
        Assert.Equal((1, ""), (refused.ExitCode, refused.Out));
        Assert.Equal($"error: {_folder.At("f/minilambda.toml")} is there already; nothing was written\n", refused.Error);
        Assert.Equal(["minilambda.toml"], Directory.GetFiles(_folder.At("f")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_with_other_things_in_it_is_no_obstacle()
    {
        _folder.Write("f/notes", "mine");
        Assert.Equal(0, (await TypedCommand.RunAsync("init", _folder.At("f"))).ExitCode);
    }

    [Theory]
    [InlineData("___", 2, "the folder's name '___' makes no function name (")]
    [InlineData("f --name Bad", 2, "'Bad' cannot be a function's name (")]
    [InlineData("f --template cobol", 2, "there is no template 'cobol' (wat, c, assemblyscript, rust or go)")]
    [InlineData("f --template rst", 2, "there is no template 'rst'; did you mean 'rust'?")]
    public async Task What_cannot_be_made_is_told(string line, int code, string problem)
    {
        var words = line.Split(' ');
        var refused = await TypedCommand.RunAsync(["init", _folder.At(words[0]), .. words[1..]]);
        Assert.Equal(code, refused.ExitCode);
        Assert.StartsWith($"error: {problem}", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public async Task A_name_of_a_thousand_characters_is_refused_in_a_short_line()
    {
        var refused = await TypedCommand.RunAsync("init", _folder.At("f"), "--name", new string('x', 1000));
        Assert.Equal(2, refused.ExitCode);
        Assert.True(refused.Error.Length < 300, refused.Error);
    }

    [Fact]
    public async Task A_person_is_told_what_comes_next()
    {
        var told = await TypedCommand.RunAsync(new Dictionary<string, string>(), isTerminal: true, "init", _folder.At("f"), "--template", "go");
        Assert.Equal(["next, with Go 1.21 or later:", $"  cd {_folder.At("f")}"], told.Errors[..2]);
        Assert.Equal("  minilambda run .", told.Errors[^1]);
    }

    [Fact]
    public async Task The_templates_are_listed()
    {
        var list = await TypedCommand.RunAsync("init", "--list");
        Assert.All(FunctionTemplate.All, template => Assert.Contains(template.Language, list.Out, StringComparison.Ordinal));
    }
}
