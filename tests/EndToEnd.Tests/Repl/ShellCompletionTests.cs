using MiniLambda.EndToEnd.Terminals;

namespace MiniLambda.EndToEnd.Repl;

/// <summary>The scripts of <c>completion</c> in the shells they are for.</summary>
public sealed class ShellCompletionTests(AtticCluster attic) : IClassFixture<AtticCluster>, IAsyncLifetime
{
    private readonly Cluster _cluster = attic.Cluster;
    private readonly UserHome _home = UserHome.Of(attic.Cluster);

    public async Task InitializeAsync()
    {
        await _cluster.PushAsync("hello", "help-me");
        await File.WriteAllTextAsync(_home.At("input file"), "");
        Directory.CreateDirectory(_home.At("inputs"));
    }

    public async Task DisposeAsync()
    {
        await _home.DisposeAsync();
        await _cluster.ClearAsync();
    }

    [ToolTheory("bash")]
    [InlineData("minilambda inv", "invoke")]
    [InlineData("minilambda job list --sta", "--state")]
    [InlineData("minilambda job list --state ti", "timed-out")]
    [InlineData("minilambda job list --state=ti", "timed-out")]
    [InlineData("minilambda invoke hel", "hello help-me")]
    [InlineData("minilambda worker drain ", "attic")]
    [InlineData("minilambda run inp", "input file inputs")]
    [InlineData("minilambda run --dir inp", "inputs")]
    [InlineData("minilambda worker drain --server 127.0.0.1:9 ", "")]
    public async Task Bash_completes(string line, string words)
    {
        // Bash sets these variables where a person presses Tab; the word breaks are its own.
        const string Script = """
            source <(minilambda completion bash)
            [[ $(complete -p minilambda) == 'complete -F _minilambda minilambda' ]] || exit 9
            COMP_LINE=$1
            COMP_POINT=${#1}
            word=${1##*[ =@:]}
            _minilambda minilambda "$word" 2>/dev/null
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var result = await RunAsync("bash", "--norc", "-c", Script, "bash", line);
        Assert.Equal((0, words), (result.ExitCode, string.Join(' ', result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))));
    }

    [ToolFact("bash")]
    public async Task Bash_completes_a_job_that_is_there()
    {
        var job = await _cluster.SubmitAsync("hello");
        var result = await RunAsync(
            "bash", "--norc", "-ic",
            $"source <(minilambda completion bash); COMP_LINE='minilambda status {job.Id[..^1]}'; COMP_POINT=${{#COMP_LINE}}; _minilambda minilambda {job.Id[..^1]}; echo \"${{COMPREPLY[*]}}\"");
        Assert.Equal(job.Id, result.Out.Trim());
    }

    [ToolFact("tmux", "bash")]
    public async Task Tab_completes_a_function_in_an_interactive_bash()
    {
        await using var terminal = await TmuxTerminal.StartAsync(_home);
        await terminal.RunAsync("source <(minilambda completion bash)");
        await terminal.SeeAsync("ended with 0");
        await terminal.SeePromptAsync();
        await terminal.TypeAsync("minilambda invoke hell", "Tab");
        await terminal.SeeAsync("minilambda invoke hello");
        await terminal.EnterAsync("-- Ada");
        await terminal.SeeAsync("Hello, Ada!");
    }

    [ToolFact("zsh", "tmux")]
    public async Task Zsh_completes_commands_flags_functions_and_files()
    {
        await using var terminal = await TmuxTerminal.StartAsync(_home, 100, 30, "zsh", "-f", "-i");
        // -u: where an administrator's folder is open to others, it would ask whether to go on.
        await terminal.RunAsync("autoload -Uz compinit; compinit -u -D; source <(minilambda completion zsh)");
        await terminal.SeeAsync("ended with 0");
        await terminal.SeePromptAsync();
        await terminal.TypeAsync("minilambda invo", "Tab");
        await terminal.SeeAsync("minilambda invoke");
        await terminal.TypeAsync("he", "Tab");
        await terminal.SeeAsync("minilambda invoke hel");
        await terminal.PressAsync("Tab");
        await terminal.SeeAsync("help-me");
        await terminal.EnterAsync("lo -- Ada");
        await terminal.SeeAsync("Hello, Ada!");
        await terminal.SeePromptAsync();
        await terminal.TypeAsync("minilambda run input", "Tab");
        await terminal.SeeAsync("inputs/");
    }

    private Task<CommandResult> RunAsync(string shell, params string[] args) => CommandResult.OfAsync(_home.Start(shell, args));
}
