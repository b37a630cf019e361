using System.Net;
using System.Net.Sockets;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Tests.Commands.Submit;

[Collection(ClusterGroup.Name)]
public sealed class SubmissionTests(RunningCluster cluster)
{
    private static string Example(string name) => Path.Combine(AppContext.BaseDirectory, "examples", name);

    [Theory]
    [InlineData("wordcount")]
    [InlineData("wordcount/minilambda.toml")]
    [InlineData("wordcount/wordcount.wasm")]
    public async Task A_target_on_disk_is_pushed_and_run(string target)
    {
        var typed = await cluster.RunAsync("invoke", Example(target), "--input", Example("wordcount/input"));
        Assert.Equal((0, await File.ReadAllTextAsync(Example("wordcount/expected"))), (typed.ExitCode, typed.Out));
    }

    [Fact]
    public async Task A_named_version_is_run_whatever_is_newest()
    {
        await cluster.PushAsync("versions", """(module (memory (export "memory") 1) (func (export "_start") unreachable))""");
        await cluster.PushAsync("versions");
        Assert.Equal(0, (await cluster.RunAsync("invoke", "versions")).ExitCode);
        Assert.Equal(134, (await cluster.RunAsync("invoke", "versions@1")).ExitCode);
    }

    [Theory]
    [InlineData("submit")]
    [InlineData("invoke")]
    public async Task A_person_is_told_what_was_published_and_that_a_standing_function_has_a_new_version(string command)
    {
        var name = $"published-by-{command}";
        var path = cluster.Folder.Write($"{name}.wat", TestFolder.DoesNothing);
        Assert.Equal($"{path} is published as {name}@1\n", (await cluster.RunAsync(isTerminal: true, command, path)).Error);
        Assert.Equal("", (await cluster.RunAsync(isTerminal: true, command, path)).Error);
        cluster.Folder.Write($"{name}.wat", TestFolder.DoesNothing.Replace("1)", "2)", StringComparison.Ordinal));
        Assert.Equal($"{path} is published as {name}@2, a new version: '{name}' means this one from now on\n", (await cluster.RunAsync(isTerminal: true, command, path)).Error);
        cluster.Folder.Write($"{name}.wat", TestFolder.DoesNothing);
        Assert.Equal("", (await cluster.RunAsync(command, path)).Error);
    }

    [Fact]
    public async Task Nothing_is_pushed_when_the_input_is_missing()
    {
        var module = cluster.Folder.Write("never-pushed.wat", TestFolder.DoesNothing);
        Assert.Equal(125, (await cluster.RunAsync("submit", module, "--input", cluster.Folder.At("none"))).ExitCode);
        Assert.DoesNotContain("never-pushed", (await cluster.RunAsync("function", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_too_large_for_a_message_arrives_whole()
    {
        var input = cluster.Folder.Write("large-input", string.Concat(Enumerable.Repeat("one two\n", 100_000)));
        var typed = await cluster.RunAsync("invoke", Example("wordcount"), "--input", input);
        Assert.Equal("lines 100000\nwords 200000\nbytes 800000\n", typed.Out);
    }

    [Fact]
    public async Task An_input_that_is_not_accepted_is_told_with_the_setting_that_bounds_it()
    {
        var input = cluster.Folder.Write("huge-input", "");
        await using (var file = File.OpenWrite(input))
            file.SetLength(257 << 20);
        var typed = await cluster.RunAsync("invoke", Example("wordcount"), "--input", input);
        Assert.Equal((125, "error: the input has 257MiB: more than 256MiB are not accepted (the orchestrator's setting --max-input)\n"), (typed.ExitCode, typed.Error));
    }

    [Theory]
    [InlineData("submit")]
    [InlineData("invoke")]
    public async Task A_connection_that_breaks_while_a_job_is_handed_in_leaves_it_open_whether_there_is_one(string command)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var typing = TypedCommand.RunAsync(command, "echo", "--server", $"http://{listener.LocalEndpoint}", "--token", "x");
        using (var connection = await listener.AcceptSocketAsync())
            await connection.ReceiveAsync(new byte[1]);
        listener.Stop();
        var typed = await typing;
        Assert.Equal(1, typed.ExitCode);
        Assert.Equal("error: the job may have been accepted all the same: look with 'minilambda ps' first", typed.Errors[^1]);
    }

    [Fact]
    public async Task Nothing_is_said_of_a_job_when_nobody_was_there_to_take_it()
    {
        var typed = await TypedCommand.RunAsync("submit", "echo", "--server", "http://127.0.0.1:9", "--token", "x");
        Assert.Equal(["error: cannot reach the orchestrator at http://127.0.0.1:9: connection refused"], typed.Errors);
    }

    [Fact]
    public async Task The_settings_of_one_job_are_kept_with_it()
    {
        await cluster.PushAsync("settings");
        var id = (await cluster.RunAsync("submit", "settings", "--priority", "-7", "--timeout", "3s", "--env", "level=1", "--", "--x")).Out.Trim();
        var job = await cluster.Connection.Jobs.GetAsync(new GetJobRequest { Id = id });
        Assert.Equal((-7, 3, "1", "--x"), (job.Priority, job.Overrides.Timeout.Seconds, job.Overrides.Env["level"], job.Overrides.Args.Single()));
    }

    [Fact]
    public async Task A_failed_job_says_why_once()
    {
        await cluster.PushAsync("traps", """(module (memory (export "memory") 1) (func (export "_start") unreachable))""");
        var invoked = await cluster.RunAsync("invoke", "traps");
        Assert.Equal(134, invoked.ExitCode);
        Assert.Matches(@"^job j-\w+ \(traps@1\): ", Assert.Single(invoked.Errors));
    }
}
