using System.Diagnostics;
using MiniLambda.Contracts.V1;
using MiniLambda.EndToEnd.Terminals;

namespace MiniLambda.EndToEnd;

/// <summary>Standard streams that end early, are not there, or are files.</summary>
public sealed class StandardStreamTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _home = TemporaryFolder.Create();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _home.DisposeAsync();

    [Fact]
    public async Task Who_follows_a_log_for_a_reader_that_goes_away_ends_before_the_job_does()
    {
        await using var cluster = await Cluster.StartAsync("one");
        await cluster.PushAsync("sleepy", "nap", "[limits]\ntimeout = \"10m\"\n");
        var job = await cluster.SubmitAsync("nap", "1000", "500");
        var program = Programs.Workbench("logs", "-f", job.Id, "--server", cluster.Url.ToString());
        program.Environment["MINILAMBDA_TOKEN"] = (await File.ReadAllTextAsync(cluster.TokenFile)).Trim();
        using var logs = Process.Start(program)!;
        Assert.Equal("tick 1 of 1000", await logs.StandardOutput.ReadLineAsync().WaitAsync(Limit));
        logs.StandardOutput.Close();
        var error = await logs.StandardError.ReadToEndAsync().WaitAsync(Limit);
        await logs.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal((141, ""), (logs.ExitCode, error));
        Assert.Equal(Job.Types.State.Running, (await cluster.GetAsync(job.Id)).State);
    }

    [ToolTheory("bash")]
    [InlineData("process")]
    [InlineData("thread")]
    public async Task A_guest_whose_output_nobody_reads_is_stopped(string isolation)
    {
        var module = _home.At("endless.wat");
        await File.WriteAllTextAsync(module, """
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 0) "\10\00\00\00\08\00\00\00") (data (i32.const 16) "endless\n")
              (func (export "_start") (loop $again (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $again))))
            """);
        var result = await ShellAsync("\"$@\" | head -n 1; exit ${PIPESTATUS[0]}", "run", module, "--isolation", isolation, "--max-output", "1GiB", "--timeout", "10m");
        Assert.Equal((141, "endless\n", ""), (result.ExitCode, result.Out, result.Error));
    }

    [ToolTheory("bash")]
    [InlineData("process")]
    [InlineData("thread")]
    public async Task A_closed_stdin_is_an_empty_input(string isolation)
    {
        var result = await ShellAsync("\"$@\" <&-", "run", Path.Combine(Programs.Examples, "wordcount"), "--isolation", isolation);
        Assert.Equal((0, "lines 0\nwords 0\nbytes 0\n", ""), (result.ExitCode, result.Out, result.Error));
    }

    [ToolFact("bash")]
    public async Task A_closed_stdout_fails_what_has_something_to_print_and_overwrites_nothing()
    {
        var result = await ShellAsync("\"$@\" >&-", "version");
        Assert.Equal((1, "error: stdout: Bad file descriptor\n"), (result.ExitCode, result.Error));
    }

    [ToolFact("bash")]
    public async Task A_closed_stderr_leaves_the_exit_code_to_tell() =>
        Assert.Equal(2, (await ShellAsync("\"$@\" 2>&-", "nosuch")).ExitCode);

    [ToolFact("bash")]
    public async Task What_is_appended_to_a_file_stands_after_what_was_there()
    {
        var file = _home.At("out");
        await ShellAsync($"echo before >'{file}'; \"$@\" >>'{file}'; echo after >>'{file}'", "run", Path.Combine(Programs.Examples, "hello"));
        Assert.Equal("before\nHello, world!\nafter\n", await File.ReadAllTextAsync(file));
    }

    /// <summary>Runs the command line within a line of shell, as <c>"$@"</c>.</summary>
    private Task<CommandResult> ShellAsync(string line, params string[] args) => CommandResult.OfAsync(Programs.Within("bash", line, args), _home.FullName);
}
