using System.Diagnostics;
using MiniLambda.EndToEnd.Terminals;

namespace MiniLambda.EndToEnd.Repl;

/// <summary>Scripts in the real program, where there is no terminal.</summary>
public sealed class PipedTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _home = TemporaryFolder.Create();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _home.DisposeAsync();

    [ToolTheory("bash")]
    [InlineData("printf 'version -o json\\nnonsence\\n' | \"$@\"", 2, "stdin:2: there is no command 'nonsence' (")]
    [InlineData("printf 'nonsence\\nversion' | \"$@\" repl -e", 3, "stdin:1: there is no command 'nonsence' (")]
    [InlineData("\"$@\" </dev/null", 0, "")]
    [InlineData("\"$@\" <&-", 0, "")]
    [InlineData("env -i PATH=\"$PATH\" \"$@\" repl </dev/null", 0, "")]
    [InlineData("echo 'version' >s; \"$@\" repl s <&- >/dev/null", 0, "")]
    [InlineData("head -c 3000000 /dev/zero | tr '\\0' x | \"$@\"", 2, "stdin:1: a statement of more than 1048576 characters\n")]
    [InlineData("printf 'invoke \"a\\nb' | \"$@\"", 2, "stdin:1: the quote \" that opens here is never closed\n")]
    public async Task A_script_needs_no_terminal(string line, int code, string error)
    {
        var result = await ShellAsync(line);
        Assert.Equal(code, result.ExitCode);
        Assert.StartsWith(error, result.Error, StringComparison.Ordinal);
        Assert.True(error.Length > 0 || result.Error.Length == 0, result.Error);
        Assert.DoesNotContain('\u001b', result.Out + result.Error);
    }

    [Fact]
    public async Task Commands_are_run_as_they_come()
    {
        using var session = Process.Start(Programs.Workbench())!;
        await session.StandardInput.WriteLineAsync("version");
        await session.StandardInput.FlushAsync();
        Assert.StartsWith("minilambda ", await session.StandardOutput.ReadLineAsync().WaitAsync(Limit), StringComparison.Ordinal);
        session.StandardInput.Close();
        await session.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(0, session.ExitCode);
    }

    [ToolTheory("bash", "perl")]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_signal_ends_a_script(string signal, int code)
    {
        // Tests that were started in the background have SIGINT ignored, which no shell undoes for what it starts.
        const string heeding = "perl -e '$SIG{INT} = q(DEFAULT); exec @ARGV'";
        var result = await ShellAsync(
            $"mkfifo in; sleep 600 >in & writer=$!; set -m; {heeding} \"$@\" <in >out & repl=$!; echo version >in; until [ -s out ]; do sleep 0.05; done; kill -{signal} $repl; wait $repl; code=$?; kill $writer; exit $code");
        Assert.Equal(code, result.ExitCode);
    }

    private Task<CommandResult> ShellAsync(string line)
    {
        var program = Programs.Within("bash", line);
        program.WorkingDirectory = _home.FullName;
        return CommandResult.OfAsync(program, _home.FullName);
    }
}
