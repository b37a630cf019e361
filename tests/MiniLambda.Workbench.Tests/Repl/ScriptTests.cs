using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MiniLambda.Workbench.Tests.Repl;

/// <summary>
/// Scripts against a real cluster, and what they print and end with, as it stands in the file beside them. With GOLDEN=write in the environment those
/// files are written anew.
/// </summary>
public sealed partial class ScriptTests(RunningCluster cluster) : IClassFixture<RunningCluster>, IAsyncLifetime, IDisposable
{
    private readonly TestFolder _scratch = new();

    private static string Scripts => Path.Combine(AppContext.BaseDirectory, "Repl", "Scripts");

    private static string Examples => Path.Combine(AppContext.BaseDirectory, "examples");

    public async Task InitializeAsync()
    {
        foreach (var example in (string[])["hello", "wordcount"])
            Assert.Equal(0, (await cluster.RunAsync("function", "push", Path.Combine(Examples, example))).ExitCode);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("thirty-lines", "thirty-lines.ml", "")]
    [InlineData("thirty-lines.fail-fast", "thirty-lines.ml", "-e")]
    [InlineData("thirty-lines.dry-run", "thirty-lines.ml", "--dry-run")]
    [InlineData("directives", "directives.ml", "")]
    [InlineData("nested", "outer.ml", "")]
    [InlineData("nested.fail-fast", "outer.ml", "--fail-fast")]
    [InlineData("nested.dry-run", "outer.ml", "--dry-run")]
    [InlineData("unclosed", "unclosed.ml", "")]
    [InlineData("unclosed.fail-fast", "unclosed.ml", "-e")]
    [InlineData("shell", "shell.ml", "")]
    [InlineData("missing", "missing.ml", "")]
    public async Task A_script_prints_and_ends_with_what_is_expected(string expected, string script, string flags)
    {
        string[] args = ["repl", .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries), Path.Combine(Scripts, script)];
        var typed = await TypedCommand.RunAsync(Environment(), isTerminal: false, args);
        Check(expected, $"exit code {typed.ExitCode}\n--- stdout\n{typed.Out}--- stderr\n{typed.Error}");
    }

    [Fact]
    public async Task Commands_that_are_piped_in_are_run()
    {
        var piped = await PipeAsync("submit hello --wait\njob list --limit 1 -o json\n");
        Assert.Equal((0, ""), (piped.ExitCode, piped.Error));
        var id = piped.Out.Split('\n')[0];
        Assert.StartsWith("j-", id, StringComparison.Ordinal);
        Assert.Contains($"\"id\": \"{id}\"", piped.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_code_is_that_of_the_last_command()
    {
        Assert.Equal(0, (await PipeAsync("invoke nobody\nversion")).ExitCode);
        Assert.Equal(125, (await PipeAsync("version\ninvoke nobody")).ExitCode);
        Assert.Equal(0, (await PipeAsync("")).ExitCode);
        Assert.Equal(3, (await PipeAsync("invoke nobody\nversion", "repl", "-e")).ExitCode);
        Assert.Equal(9, (await PipeAsync("version\n.quit 9\ninvoke nobody", "repl", "-e")).ExitCode);
    }

    [Fact]
    public async Task What_is_left_of_a_piped_script_is_not_for_its_commands()
    {
        var piped = await PipeAsync("invoke wordcount --input -\ninvoke hello -- next\n");
        Assert.Equal("lines 0\nwords 0\nbytes 0\nHello, next!\n", piped.Out);
    }

    [Fact]
    public async Task Output_goes_to_a_file_until_it_is_sent_back()
    {
        var file = _scratch.At("out.txt");
        var piped = await PipeAsync($".output '{file}'\ninvoke hello -- file\nlet x = invoke hello -- caught\n.output -\ninvoke hello -- \"$x\"\n");
        Assert.Equal((0, "Hello, Hello, caught!!\n", ""), (piped.ExitCode, piped.Out, piped.Error));
        Assert.Equal("Hello, file!\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_file_without_a_name_is_told_and_the_script_goes_on()
    {
        var piped = await PipeAsync("let no = invoke hello -- ''\n.read ''\n.output ''\ninvoke hello -- still\n");
        Assert.Equal(["stdin:2: .read takes a file", "stdin:3: .output takes a file, or - for the usual place"], piped.Errors);
        Assert.Equal((0, "Hello, still!\n"), (piped.ExitCode, piped.Out));
        Assert.Equal(2, (await PipeAsync("", "repl", "")).ExitCode);
    }

    [Fact]
    public async Task Flags_of_the_repl_go_with_its_commands_unless_they_say_otherwise()
    {
        var piped = await PipeAsync("context show -o json\ncontext show --server http://127.0.0.1:2 -o json", "repl", "--server", "http://127.0.0.1:1", "--token", "x");
        Assert.Contains("\"server\": \"http://127.0.0.1:1\"", piped.Out, StringComparison.Ordinal);
        Assert.Contains("\"server\": \"http://127.0.0.1:2\"", piped.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_read_each_other_only_so_deep()
    {
        for (var i = 0; i <= 20; i++)
            _scratch.Write($"{i}.ml", $".read '{_scratch.At($"{i + 1}.ml")}'\n");
        var typed = await TypedCommand.RunAsync(Environment(), isTerminal: false, "repl", _scratch.At("0.ml"));
        Assert.Equal(2, typed.ExitCode);
        Assert.Equal($"{_scratch.At("15.ml")}:1: scripts read each other 16 deep at most; '{_scratch.At("16.ml")}' is left out\n", typed.Error);
    }

    [Fact]
    public async Task An_output_that_is_too_long_is_printed_and_not_kept()
    {
        await cluster.PushAsync("flood", """
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 20)
              (data (i32.const 0) "\10\00\00\00\01\00\11\00")
              (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
            """);
        var piped = await PipeAsync("invoke flood --max-output 2MiB\ninvoke hello -- \"$_\"\nlet x = invoke flood --max-output 2MiB\n");
        Assert.Equal(1, piped.ExitCode);
        Assert.Equal(1114113, piped.Out.Length);
        Assert.Equal(
            ["stdin:2: '$_' has no value: the last command printed more than 1MiB", "stdin:3: 'x' gets no value: the command printed more than 1MiB"], piped.Errors);
    }

    private Task<TypedCommand> PipeAsync(string script, params string[] args) => TypedCommand.RunAsync(Environment(), isTerminal: false, script, args);

    private Dictionary<string, string> Environment() => new()
    {
        ["MINILAMBDA_SERVER"] = cluster.Url.ToString(),
        ["MINILAMBDA_TOKEN"] = "s3cret",
        ["XDG_CONFIG_HOME"] = cluster.Folder.At("config"),
        ["EXAMPLES"] = Examples,
        ["SCRIPTS"] = Scripts,
        ["SCRATCH"] = _scratch.FullName,
    };

    private void Check(string name, string actual, [CallerFilePath] string source = "")
    {
        var text = JobId().Replace(actual, "JOB")
            .Replace(Scripts, "SCRIPTS", StringComparison.Ordinal)
            .Replace(Examples, "EXAMPLES", StringComparison.Ordinal)
            .Replace(_scratch.FullName, "SCRATCH", StringComparison.Ordinal)
            .Replace(cluster.Folder.FullName, "HOME", StringComparison.Ordinal);
        if (System.Environment.GetEnvironmentVariable("GOLDEN") == "write")
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(source)!, "Scripts", $"{name}.expected"), text);
        else
            Assert.Equal(File.ReadAllText(Path.Combine(Scripts, $"{name}.expected")), text);
    }

    [GeneratedRegex("j-[0-9a-z]{13}")]
    private static partial Regex JobId();
}
