using System.Diagnostics;

namespace MiniLambda.EndToEnd.Repl;

/// <summary>The scripts of <c>completion</c> in the shells they are for.</summary>
public sealed class ShellCompletionTests : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("minilambda-");
    private Cluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync("attic");
        await _cluster.PushAsync("hello", "hello");
        await _cluster.PushAsync("hello", "help-me");
        Tool.WriteMinilambda(_home.FullName);
        await File.WriteAllTextAsync(Path.Combine(_home.FullName, "input file"), "");
        Directory.CreateDirectory(Path.Combine(_home.FullName, "inputs"));
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _home.Delete(recursive: true);
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

    [ToolFact("tmux")]
    public async Task Tab_completes_a_function_in_an_interactive_bash()
    {
        await using var pane = await TmuxPane.StartAsync(_home.FullName, "bash --norc -i", Variables());
        await pane.UntilAsync("bash");
        await pane.TypeAsync("source <(minilambda completion bash)", "Enter");
        await pane.TypeAsync("minilambda invoke hello", "Tab");
        await pane.UntilAsync("minilambda invoke hello");
        await pane.TypeAsync("-- Ada", "Enter");
        await pane.UntilAsync("Hello, Ada!");
    }

    [ToolFact("zsh")]
    public async Task Zsh_completes_commands_flags_functions_and_files()
    {
        if (!Tool.IsInstalled("tmux"))
            return;
        await using var pane = await TmuxPane.StartAsync(_home.FullName, "zsh -f -i", Variables());
        await pane.TypeAsync("autoload -Uz compinit; compinit -D; source <(minilambda completion zsh); echo re''ady", "Enter");
        await pane.UntilAsync("\nready");
        await pane.TypeAsync("minilambda invo", "Tab");
        await pane.UntilAsync("minilambda invoke");
        await pane.TypeAsync("he", "Tab");
        await pane.UntilAsync("minilambda invoke hel");
        await pane.TypeAsync("", "Tab");
        await pane.UntilAsync("help-me");
        await pane.TypeAsync("lo -- Ada", "Enter");
        await pane.UntilAsync("Hello, Ada!");
        await pane.TypeAsync("minilambda run input", "Tab");
        await pane.UntilAsync("inputs/");
    }

    private Dictionary<string, string> Variables() => new()
    {
        ["HOME"] = _home.FullName,
        ["PATH"] = $"{_home.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
        ["MINILAMBDA_SERVER"] = _cluster.Url.ToString(),
        ["MINILAMBDA_TOKEN"] = File.ReadAllText(_cluster.TokenFile).Trim(),
        // Other tests share the machine.
        ["MINILAMBDA_COMPLETION_TIMEOUT"] = "1m",
    };

    private async Task<CommandResult> RunAsync(string shell, params string[] args)
    {
        var program = new ProcessStartInfo(shell, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _home.FullName,
        };
        foreach (var (name, value) in Variables())
            program.Environment[name] = value;
        return await CommandResult.OfAsync(program, _home.FullName);
    }
}
