namespace MiniLambda.EndToEnd;

/// <summary>The command line as a person types it, against a real cluster.</summary>
public sealed class CommandLineTests(AtticCluster attic) : IClassFixture<AtticCluster>
{
    private readonly Cluster _cluster = attic.Cluster;

    [Fact]
    public async Task A_function_is_pushed_invoked_and_listed()
    {
        var pushed = await _cluster.RunAsync("function", "push", Path.Combine(Programs.Examples, "wordcount"));
        Assert.Equal((0, "wordcount@1\n"), (pushed.ExitCode, pushed.Out));
        Assert.Equal("wordcount@1 (unchanged)\n", (await _cluster.RunAsync("function", "push", Path.Combine(Programs.Examples, "wordcount"))).Out);

        var input = Path.Combine(Programs.Examples, "wordcount", "input");
        var invoked = await _cluster.RunAsync("invoke", "wordcount", "--input", input);
        Assert.Equal((0, File.ReadAllText(Path.Combine(Programs.Examples, "wordcount", "expected"))), (invoked.ExitCode, invoked.Out));

        var submitted = await _cluster.RunAsync("submit", "wordcount", "--input", input, "--wait");
        var id = submitted.Out.Trim();
        Assert.Equal(0, submitted.ExitCode);
        Assert.Equal(invoked.Out, (await _cluster.RunAsync("job", "result", id)).Out);
        Assert.Contains(id, (await _cluster.RunAsync("ps", "--state", "succeeded")).Out, StringComparison.Ordinal);
        Assert.Contains("\"state\": \"SUCCEEDED\"", (await _cluster.RunAsync("status", id, "-o", "json")).Out, StringComparison.Ordinal);
        Assert.Contains("attic", (await _cluster.RunAsync("worker", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_follow_a_job_to_its_end()
    {
        var id = (await _cluster.RunAsync("submit", "nap", "--", "3", "50")).Out.Trim();
        var logs = await _cluster.RunAsync("logs", id, "-f");
        Assert.Equal(0, logs.ExitCode);
        Assert.Equal(3, logs.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_wrong_token_is_refused()
    {
        var result = await _cluster.RunAsync("wrong", ["ps"]);
        Assert.Equal(4, result.ExitCode);
        Assert.Equal("error: the token is not this orchestrator's\n", result.Error);
    }

    [Fact]
    public async Task A_worker_with_a_wrong_token_says_so_and_exits()
    {
        var program = Programs.Worker("--server", _cluster.Url.ToString(), "--data", _cluster.Beside("stranger"));
        program.Environment["MINILAMBDA_TOKEN"] = "wrong";
        var result = await CommandResult.OfAsync(program, _cluster.Beside("home"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: the orchestrator refuses this worker: the token is not this orchestrator's", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(125, "there is no function 'nobody'", "invoke", "nobody")]
    [InlineData(125, "there is no file 'missing.wasm'", "invoke", "missing.wasm")]
    [InlineData(1, "there is no job 'j-0000000000000'", "status", "j-0000000000000")]
    [InlineData(1, "there is no job 'nonsense'", "result", "nonsense")]
    [InlineData(1, "there is no file 'missing.toml'", "function", "push", "missing.toml")]
    [InlineData(2, "--timeout takes a duration such as 250ms, 5s or 2m, not 'soon'", "submit", "x", "--timeout", "soon")]
    public async Task Bad_requests_get_one_line_and_their_exit_code(int exitCode, string message, params string[] args)
    {
        var result = await _cluster.RunAsync(args);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith($"error: {message}", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Out);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("hello world", "the file is not WebAssembly: it begins with 'hello wo'")]
    [InlineData("\0asm\u0001\0\0\0\u0001\u0020", "the file is truncated")]
    public async Task Files_that_are_no_modules_are_refused_and_nothing_is_kept(string content, string message)
    {
        var path = _cluster.Beside("no-module.wasm");
        await File.WriteAllTextAsync(path, content);
        var result = await _cluster.RunAsync("function", "push", path);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no-module", (await _cluster.RunAsync("function", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_asked_for_too_early_is_refused()
    {
        var id = (await _cluster.SubmitAsync("nap", "1000", "500")).Id;
        var early = await _cluster.RunAsync("result", id);
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("has no result yet", early.Error, StringComparison.Ordinal);
        Assert.Equal($"{id} cancelled\n", (await _cluster.RunAsync("cancel", id)).Out);
        Assert.Equal(1, (await _cluster.RunAsync("cancel", id)).ExitCode);
    }

    [Fact]
    public async Task An_orchestrator_that_is_not_there_is_said_in_one_line()
    {
        var program = Programs.Workbench("ps", "--server", "http://127.0.0.1:9", "--token", "x");
        var result = await CommandResult.OfAsync(program, _cluster.Beside("home"));
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("error: cannot reach the orchestrator at http://127.0.0.1:9: connection refused\n", result.Error);
    }
}
