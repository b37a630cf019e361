namespace MiniLambda.Workbench.Tests.Commands.Run;

public sealed class RunCommandTests : IDisposable
{
    /// <summary>Writes to stderr in two pieces that cut a character in two: clear the screen, then a euro sign.</summary>
    private const string Steers = """
        (module
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 100) "\1b[2J\e2\82\ac\n")
          (data (i32.const 0) "\64\00\00\00\05\00\00\00")
          (data (i32.const 8) "\69\00\00\00\03\00\00\00")
          (func (export "_start")
            (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 32)))
            (drop (call $write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 32)))))
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_guest_logs_cannot_steer_the_terminal() =>
        Assert.Equal("\\x1b[2J€\n", (await RunAsync(isTerminal: true, _folder.Write("m.wat", Steers))).Error);

    [Fact]
    public async Task What_a_guest_logs_is_left_as_it_is_when_it_is_kept() =>
        Assert.Equal("\u001b[2J€\n", (await RunAsync(isTerminal: false, _folder.Write("m.wat", Steers))).Error);

    [Theory]
    [InlineData("(unreachable)", 134, "m: ", "1m")]
    [InlineData("(loop (br 0))", 124, "m: ", "200ms")]
    [InlineData("(call $exit (i32.const 42))", 42, "", "1m")]
    public async Task The_exit_code_is_that_of_the_guest(string body, int code, string error, string timeout)
    {
        var path = _folder.Write("m.wat", $"""
            (module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1) (func (export "_start") {body}))
            """);
        var typed = await RunAsync(isTerminal: false, path, "--timeout", timeout);
        Assert.Equal(code, typed.ExitCode);
        Assert.StartsWith(error, typed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "memory is 1B; it must be between 64KiB and 4GiB", "--memory", "1")]
    [InlineData(125, "--dir: there is no folder '/no/where'", "--dir", "/no/where")]
    [InlineData(125, "there is no input file 'none'", "--stdin", "none")]
    public async Task What_cannot_be_granted_is_refused_before_the_guest_runs(int code, string problem, params string[] flags)
    {
        var typed = await RunAsync(isTerminal: false, [_folder.Write("m.wat", TestFolder.DoesNothing), .. flags]);
        Assert.Equal((code, $"error: {problem}\n"), (typed.ExitCode, typed.Error));
    }

    [Fact]
    public async Task A_binary_module_and_its_text_run_alike()
    {
        var hello = Path.Combine(AppContext.BaseDirectory, "examples", "hello", "hello.wasm");
        Assert.Equal((0, "Hello, you!\n"), Told(await RunAsync(isTerminal: false, hello, "--", "you")));
        Assert.Equal((0, ""), Told(await RunAsync(isTerminal: false, _folder.Write("m.wat", TestFolder.DoesNothing))));
    }

    private static (int Code, string Out) Told(TypedCommand typed) => (typed.ExitCode, typed.Out);

    private Task<TypedCommand> RunAsync(bool isTerminal, params string[] args) =>
        TypedCommand.RunAsync(new Dictionary<string, string> { ["XDG_CACHE_HOME"] = _folder.At("cache") }, isTerminal, ["run", .. args]);
}
