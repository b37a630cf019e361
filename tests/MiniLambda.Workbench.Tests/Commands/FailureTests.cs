namespace MiniLambda.Workbench.Tests.Commands;

/// <summary>What a person reads when a command fails.</summary>
[Collection(ClusterGroup.Name)]
public sealed class FailureTests(RunningCluster cluster)
{
    [Theory]
    [InlineData("status j-0000000000000", 1, "there is no job 'j-0000000000000'")]
    [InlineData("result nonsense", 1, "there is no job 'nonsense'")]
    [InlineData("logs nonsense", 1, "there is no job 'nonsense'")]
    [InlineData("job wait nonsense", 1, "there is no job 'nonsense'")]
    [InlineData("cancel nonsense", 1, "there is no job 'nonsense'")]
    [InlineData("function show nobody", 1, "there is no function 'nobody'")]
    [InlineData("function show nobody@7", 1, "there is no function 'nobody@7'")]
    [InlineData("function delete nobody", 1, "there is no function 'nobody'")]
    [InlineData("function show No_Name", 1, "'No_Name' is not a function (NAME or NAME@VERSION; lowercase")]
    [InlineData("job list --function x@y", 1, "'x@y' is not a function (NAME or NAME@VERSION; lowercase")]
    [InlineData("invoke nobody", 125, "there is no function 'nobody'")]
    [InlineData("invoke none.wasm", 125, "there is no file 'none.wasm'")]
    [InlineData("invoke nobody --input none", 125, "there is no input file 'none'")]
    [InlineData("run /dev", 125, "there is no minilambda.toml in the folder '/dev'")]
    [InlineData("run none.wasm", 125, "there is no file 'none.wasm'")]
    [InlineData("result j-1 -o /no/where/file", 1, "there is no folder '/no/where'")]
    [InlineData("result j-1 -o /", 1, "'/' is a folder")]
    [InlineData("ps --token wrong", 4, "the token is not this orchestrator's")]
    [InlineData("invoke nobody --token wrong", 4, "the token is not this orchestrator's")]
    [InlineData("up --listen bar", 2, "--listen takes a URL such as https://127.0.0.1:7070, not 'bar'")]
    [InlineData("up --data /dev/null", 2, "data folder /dev/null: it is a file; name a folder with --data")]
    [InlineData("context use nowhere", 1, "there is no context 'nowhere' in ")]
    public async Task A_failure_is_one_line_that_names_what_it_is_about(string line, int code, string problem)
    {
        var typed = await cluster.RunAsync(line.Split(' '));
        Assert.Equal((code, ""), (typed.ExitCode, typed.Out));
        Assert.StartsWith($"error: {problem}", Assert.Single(typed.Errors, e => !e.StartsWith("try: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encrypted_connection_to_a_plain_port_is_told_as_that()
    {
        var typed = await cluster.RunAsync("ps", "--server", $"https://{cluster.Url.Authority}");
        Assert.Equal(1, typed.ExitCode);
        Assert.EndsWith($"what answers there does not speak TLS; try http://{cluster.Url.Authority}", Assert.Single(typed.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_with_the_flag_that_names_another()
    {
        var url = cluster.Url.ToString().TrimEnd('/');
        var typed = await cluster.RunAsync("up", "--listen", url, "--data", cluster.Folder.At("port-taken"));
        Assert.Equal(1, typed.ExitCode);
        Assert.StartsWith($"error: {url} is taken, by another cluster or something else; --listen names another", Assert.Single(typed.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_has_one_cluster_at_a_time()
    {
        var folder = cluster.Folder.At("claimed");
        await using var claim = File.Open(cluster.Folder.Write("claimed/up.lock", ""), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var typed = await cluster.RunAsync("up", "--listen", "http://127.0.0.1:0", "--data", folder);
        Assert.Equal(1, typed.ExitCode);
        Assert.StartsWith($"error: another 'minilambda up' keeps its data in {folder}: ", Assert.Single(typed.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local", "; is 'minilambda up' running?")]
    [InlineData("attic", "connection refused")]
    public async Task Only_a_cluster_of_this_machine_is_thought_to_be_down_with_its_up(string context, string end)
    {
        using var folder = new TestFolder();
        folder.Write("minilambda/config.toml", $"current = \"{context}\"\n[contexts.{context}]\nserver = \"http://127.0.0.1:9\"\ntoken = \"x\"\n");
        var typed = await TypedCommand.RunAsync(new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = folder.FullName }, isTerminal: false, "ps");
        Assert.Equal(1, typed.ExitCode);
        Assert.EndsWith(end, Assert.Single(typed.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_verbose_tells_where_in_the_program()
    {
        var typed = await cluster.RunAsync("status", "nonsense", "--verbose");
        Assert.Equal("error: there is no job 'nonsense'", typed.Errors[0]);
        Assert.Contains(typed.Errors, e => e.Contains("   at MiniLambda.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("current = \"a\"\nthis is no TOML\n", ":2:")]
    [InlineData("\u0001\u0002garbage\u0000", ":1:")]
    [InlineData("current = \"a\\", ":1:")]
    [InlineData("[contexts.a]\nserver = \"ftp://x\"\n", ":2: 'server' of context 'a' must be a URL such as http://127.0.0.1:7070")]
    [InlineData("[contexts.a]\nserver = \"http://x\"\n\ntoken = 7\n", ":4: 'token' of context 'a' must be a text")]
    public async Task Garbage_in_the_context_file_is_told_with_file_and_line(string text, string problem)
    {
        using var folder = new TestFolder();
        var path = folder.Write("minilambda/config.toml", text);
        var typed = await TypedCommand.RunAsync(new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = folder.FullName }, isTerminal: false, "ps");
        Assert.Equal((1, ""), (typed.ExitCode, typed.Out));
        Assert.StartsWith($"error: {path}{problem}", Assert.Single(typed.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("function show", 1)]
    [InlineData("invoke", 125)]
    [InlineData("ps --function", 1)]
    public async Task A_name_of_a_thousand_characters_is_refused_in_a_short_line(string line, int code)
    {
        var typed = await cluster.RunAsync([.. line.Split(' '), new string('x', 1000)]);
        Assert.Equal(code, typed.ExitCode);
        Assert.True(Assert.Single(typed.Errors).Length < 300, typed.Error);
    }

    [Fact]
    public async Task A_broken_context_file_is_told_with_its_place()
    {
        using var folder = new TestFolder();
        var path = folder.Write("minilambda/config.toml", "current = 7\ncontexts = 8\n");
        var typed = await TypedCommand.RunAsync(new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = folder.FullName }, isTerminal: false, "ps");
        Assert.Equal(1, typed.ExitCode);
        Assert.Equal([$"error: {path}:1: 'current' must be a text", $"error: {path}:2: 'contexts' must be a table"], typed.Errors);
    }

    [Fact]
    public async Task An_upload_shows_how_far_it_is_only_where_a_person_watches()
    {
        var data = $"""(data (i32.const 0) "{new string('x', 1 << 20)}")""";
        var path = cluster.Folder.Write("large.wat", $"""(module (memory (export "memory") 17) {data} (func (export "_start")))""");
        Assert.Equal("", (await cluster.RunAsync("function", "push", path)).Error);
        Assert.Equal("", (await cluster.RunAsync(isTerminal: true, "function", "push", path, "--quiet")).Error);
    }
}
