using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Tests.Commands.Completion;

/// <summary>What the scripts for shells get to hear.</summary>
[Collection(ClusterGroup.Name)]
public sealed class CompleteCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task Functions_their_versions_jobs_and_workers_are_asked_of_the_cluster()
    {
        await cluster.PushAsync("completed-by-name");
        Assert.Equal(["completed-by-name\tversion 1", ":files"], await CompleteAsync("zsh", "invoke", "completed-by"));
        Assert.Equal(["completed-by-name@1", ":files"], await CompleteAsync("fish", "submit", "completed-by-name@"));
        Assert.Equal(["local-1\tready"], await CompleteAsync("pwsh", "worker", "drain", "lo"));
        var job = (await cluster.Connection.Jobs.SubmitAsync(new SubmitJobRequest { Function = "completed-by-name" })).Job.Id;
        await cluster.RunAsync("job", "wait", job);
        Assert.StartsWith($"{job}\tcompleted-by-name@1 succeeded", Assert.Single(await CompleteAsync("zsh", "result", job[..^1])), StringComparison.Ordinal);
        Assert.Empty(await CompleteAsync("zsh", "cancel", job[..^1]));
    }

    [Fact]
    public async Task Bash_gets_what_stands_behind_the_last_of_its_word_breaks()
    {
        await cluster.PushAsync("completed-by-name");
        Assert.Equal(["1", ":files"], await CompleteAsync("bash", "minilambda invoke completed-by-name@", ""));
        Assert.Equal(["queued"], await CompleteAsync("bash", "minilambda job list --state=q", "q"));
        Assert.Equal(["--state"], await CompleteAsync("bash", "minilambda job list --sta", "--sta"));
        Assert.Equal(["list"], await CompleteAsync("bash", "minilambda 'job' \"li", "li"));
    }

    [Fact]
    public async Task Without_a_cluster_there_is_silence()
    {
        var typed = await TypedCommand.RunAsync("complete", "bash", "--", "minilambda worker show --server 127.0.0.1:9 ", "");
        Assert.Equal((0, "", ""), (typed.ExitCode, typed.Out, typed.Error));
        typed = await TypedCommand.RunAsync("complete", "zsh", "--", "worker", "show", "");
        Assert.Equal((0, "", ""), (typed.ExitCode, typed.Out, typed.Error));
    }

    [Theory]
    [InlineData("bash", "complete -F _minilambda minilambda")]
    [InlineData("zsh", "compdef _minilambda minilambda")]
    [InlineData("fish", "complete -c minilambda -f -a '(__minilambda_complete)'")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName minilambda")]
    public async Task Every_shell_gets_a_script_that_says_where_it_goes(string shell, string line)
    {
        var script = await TypedCommand.RunAsync("completion", shell);
        Assert.Equal(0, script.ExitCode);
        Assert.Contains(line, script.Out, StringComparison.Ordinal);
        Assert.Contains("# Keep it:", script.Out, StringComparison.Ordinal);
    }

    private async Task<string[]> CompleteAsync(string shell, params string[] words)
    {
        var typed = await TypedCommand.RunAsync(
            new Dictionary<string, string>
            {
                ["MINILAMBDA_SERVER"] = cluster.Url.ToString(),
                ["MINILAMBDA_TOKEN"] = "s3cret",
                ["MINILAMBDA_COMPLETION_TIMEOUT"] = "1m",
            },
            isTerminal: false, ["complete", shell, "--", .. words]);
        Assert.Equal((0, ""), (typed.ExitCode, typed.Error));
        return typed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
