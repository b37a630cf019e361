using System.Text.Json;
using MiniLambda.Client.Contexts;

namespace MiniLambda.Workbench.Tests.Commands.Contexts;

[Collection(ClusterGroup.Name)]
public sealed class ContextCommandTests : IDisposable
{
    private readonly RunningCluster _cluster;
    private readonly TestFolder _folder = new();

    public ContextCommandTests(RunningCluster cluster)
    {
        _cluster = cluster;
        var file = ContextFile.Read(_folder.At("minilambda/config.toml"));
        file.Put(new ClusterContext("elsewhere", new Uri("http://127.0.0.1:9"), "t0ken"));
        file.Put(new ClusterContext("here", cluster.Url, "s3cret"));
        file.Save();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_list_marks_the_one_in_use()
    {
        var typed = await RunAsync("context", "list");
        Assert.Equal(["         elsewhere  http://127.0.0.1:9", $"*        here       {Here}"], typed.Out.Split('\n')[1..3]);
    }

    [Fact]
    public async Task The_list_as_json_names_servers_and_no_tokens()
    {
        var typed = await RunAsync("context", "list", "-o", "json");
        using var document = JsonDocument.Parse(typed.Out);
        Assert.Equal("here", document.RootElement.GetProperty("current").GetString());
        Assert.Equal(
            [("elsewhere", "http://127.0.0.1:9"), ("here", Here)],
            document.RootElement.GetProperty("contexts").EnumerateArray()
                .Select(c => (c.GetProperty("name").GetString(), c.GetProperty("server").GetString())));
        Assert.DoesNotContain("s3cret", typed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_contexts_the_list_is_empty_in_every_format()
    {
        var nowhere = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = _folder.At("none") };
        Assert.Equal(
            $"no contexts in {_folder.At("none/minilambda/config.toml")}\n", (await TypedCommand.RunAsync(nowhere, isTerminal: false, "context", "list")).Out);
        using var document = JsonDocument.Parse((await TypedCommand.RunAsync(nowhere, isTerminal: false, "context", "list", "-o", "json")).Out);
        Assert.Equal(0, document.RootElement.GetProperty("contexts").GetArrayLength());
    }

    [Fact]
    public async Task Show_tells_what_the_orchestrator_says_of_itself()
    {
        var table = await RunAsync("context", "show");
        Assert.Equal(["context   here", $"server    {Here}"], table.Out.Split('\n')[..2]);
        Assert.Matches("\njobs      [0-9]+ queued, [0-9]+ at workers\n", table.Out);

        using var document = JsonDocument.Parse((await RunAsync("context", "show", "-o", "json")).Out);
        Assert.Equal("here", document.RootElement.GetProperty("context").GetString());
        Assert.Matches("^[0-9]+$", document.RootElement.GetProperty("cluster").GetProperty("queuedJobs").GetString());
    }

    [Fact]
    public async Task Show_follows_the_flags_and_not_only_the_file()
    {
        Assert.Equal("context  elsewhere\nserver   http://127.0.0.1:9\n", (await RunAsync("context", "show", "--context", "elsewhere")).Out);
        Assert.Equal("context  -\nserver   http://127.0.0.1:9\n", (await RunAsync("context", "show", "--server", "127.0.0.1:9")).Out);
    }

    [Fact]
    public async Task Show_fails_when_nobody_answers_and_still_says_where_it_asked()
    {
        var typed = await RunAsync("context", "show", "--context", "elsewhere", "-o", "json");
        Assert.Equal((1, "error: cannot reach the orchestrator at http://127.0.0.1:9: connection refused\n"), (typed.ExitCode, typed.Error));
        using var document = JsonDocument.Parse(typed.Out);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("cluster").ValueKind);
        Assert.Equal(4, (await RunAsync("context", "show", "--token", "wrong")).ExitCode);
    }

    [Fact]
    public async Task Use_changes_where_later_commands_go()
    {
        Assert.Equal("context elsewhere\n", (await RunAsync("context", "use", "elsewhere")).Out);
        Assert.Contains("http://127.0.0.1:9", (await RunAsync("ps")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("ps", "--context", "here")).ExitCode);
    }

    private string Here => _cluster.Url.ToString().TrimEnd('/');

    private Task<TypedCommand> RunAsync(params string[] args) =>
        TypedCommand.RunAsync(new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = _folder.FullName }, isTerminal: false, args);
}
