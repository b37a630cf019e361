using System.Diagnostics;

namespace MiniLambda.EndToEnd.Repl;

/// <summary>The REPL in a real terminal.</summary>
public sealed class InteractiveTests : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("minilambda-");
    private Cluster _cluster = null!;

    private string History => Path.Combine(_home.FullName, "state", "minilambda", "history");

    // tmux shows no blanks at the end of a row.
    private string Prompt => $"{_cluster.Url.Authority}>";

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync("attic");
        await _cluster.PushAsync("hello", "hello");
        await _cluster.PushAsync("sleepy", "nap", "[limits]\ntimeout = \"5m\"\n");
        Tool.WriteMinilambda(_home.FullName);
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _home.Delete(recursive: true);
    }

    [ToolFact("tmux")]
    public async Task Words_are_completed_lines_found_again_and_tokens_not_kept()
    {
        await using var pane = await StartAsync();
        await pane.TypeAsync("invo", "Tab");
        await pane.UntilAsync($"{Prompt} invoke");
        await pane.TypeAsync("hel", "Tab");
        await pane.UntilAsync($"{Prompt} invoke hello");
        await pane.TypeAsync("-- Ada", "Enter");
        await pane.UntilAsync("Hello, Ada!");

        await pane.TypeAsync("let id = submit hello --wait", "Enter");
        await pane.TypeAsync("result $id", "Enter");
        await pane.UntilAsync("Hello, world!");

        var job = await _cluster.SubmitAsync("nap", "2", "10");
        await pane.TypeAsync($"status {job.Id[..^2]}", "Tab");
        await pane.UntilAsync($"status {job.Id}");
        await pane.TypeAsync("--token wrong", "Enter");
        await pane.UntilAsync("error: the token is not");

        await pane.TypeAsync("", "C-r");
        await pane.TypeAsync("ada");
        await pane.UntilAsync("(search) 'ada': invoke hello -- Ada");
        await pane.TypeAsync("", "C-e");
        await pane.UntilAsync($"{Prompt} invoke hello -- Ada");
        await pane.TypeAsync("", "C-w");
        await pane.TypeAsync("Bob", "Enter");
        await pane.UntilAsync("Hello, Bob!");

        await pane.TypeAsync("", "C-d");
        await pane.UntilAsync("left with 0");
        var kept = await File.ReadAllTextAsync(History);
        Assert.Equal($"invoke hello -- Ada\nlet id = submit hello --wait\nresult $id\nstatus {job.Id}\ninvoke hello -- Bob\n", kept);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(History));
    }

    [ToolFact("tmux")]
    public async Task Ctrl_C_ends_a_command_or_clears_the_line_and_never_the_session()
    {
        await using var pane = await StartAsync();
        await pane.TypeAsync("", "C-c");
        await pane.TypeAsync("half a li", "C-c");
        await pane.UntilAsync("half a li^C");
        await pane.TypeAsync("invoke nap -- 1000 100", "Enter");
        await pane.UntilAsync("tick 2 of 1000");
        await pane.TypeAsync("", "C-c");
        await pane.UntilAsync("goes on; stop it with: minilambda cancel j-");
        await pane.TypeAsync("invoke hello -- \"code $?\"", "Enter");
        await pane.UntilAsync("Hello, code 130!");
    }

    [ToolFact("tmux")]
    public async Task What_is_pasted_stands_in_the_line_until_Enter_and_more_lines_than_one_are_run_in_turn()
    {
        await using var pane = await StartAsync();
        await pane.TypeAsync("\u001b[200~invoke hello -- one\ninvoke hello -- '日本\n語'\u001b[201~");
        await pane.UntilAsync("> 語'");
        Assert.DoesNotContain("Hello", await pane.ScreenAsync(), StringComparison.Ordinal);
        await pane.TypeAsync("", "Enter");
        await pane.UntilAsync("Hello, one!\nHello, 日本\n語!");
    }

    [ToolFact("tmux")]
    public async Task A_resize_draws_the_line_anew()
    {
        await using var pane = await StartAsync();
        await pane.TypeAsync(string.Join(' ', Enumerable.Repeat("abcdefgh", 12)));
        await pane.UntilAsync(screen => screen.Replace("\n", "", StringComparison.Ordinal).Split("abcdefgh").Length == 13, "twelve words");
        await pane.ResizeAsync(40, 20);
        await pane.TypeAsync("ijk");
        var screen = await pane.UntilAsync("ijk");
        Assert.Equal(1, screen.Split(Prompt).Length - 1);
        Assert.Equal(13, screen.Replace("\n", "", StringComparison.Ordinal).Split("abcdefgh").Length);
        await pane.ResizeAsync(1, 1);
        await pane.TypeAsync("", "C-u");
        await pane.ResizeAsync(80, 24);
        await pane.TypeAsync("invoke hello -- again", "Enter");
        await pane.UntilAsync("Hello, again!");
    }

    [ToolFact("tmux")]
    public async Task The_prompt_tells_that_the_cluster_is_away_and_that_it_is_back()
    {
        await using var pane = await StartAsync();
        await _cluster.Orchestrator.TerminateAsync();
        await pane.UntilAsync($"{_cluster.Url.Authority} (away)>");
        await pane.TypeAsync("version", "Enter");
        await pane.UntilAsync("(.NET ");
        await _cluster.StartOrchestratorAsync();
        await pane.UntilAsync(screen => screen.TrimEnd().EndsWith(Prompt, StringComparison.Ordinal), Prompt);
    }

    [ToolFact("tmux")]
    public async Task Ctrl_Z_gives_the_terminal_to_the_shell_until_it_goes_on()
    {
        await using var pane = await StartAsync();
        await pane.TypeAsync("", "C-d");
        await pane.UntilAsync("left with 0");
        await pane.TypeAsync("bash --norc", "Enter");
        await pane.UntilAsync("bash-");
        await pane.TypeAsync("minilambda repl", "Enter");
        await pane.UntilAsync(screen => screen.TrimEnd().EndsWith(Prompt, StringComparison.Ordinal), Prompt);
        await pane.TypeAsync("invoke hello", "C-z");
        await pane.UntilAsync("Stopped");
        await pane.TypeAsync("echo in the sh''ell; fg", "Enter");
        await pane.UntilAsync("in the shell");
        await pane.UntilAsync(screen => screen.TrimEnd().EndsWith($"{Prompt} invoke hello", StringComparison.Ordinal), "the line as it was");
        await pane.TypeAsync(" -- again", "Enter");
        await pane.UntilAsync("Hello, again!");
    }

    [ToolFact("tmux")]
    public async Task SIGTERM_leaves_a_sane_terminal()
    {
        await using var pane = await StartAsync();
        await pane.TypeAsync("half a line");
        await pane.UntilAsync("half a line");
        using var kill = Process.Start("pkill", ["-TERM", "-P", $"{await pane.ProcessIdAsync()}"]);
        await kill.WaitForExitAsync();
        await pane.UntilAsync("left with 143");
        await pane.TypeAsync("stty -a", "Enter");
        var screen = await pane.UntilAsync("icanon");
        Assert.DoesNotContain("-icanon", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("-echo ", screen, StringComparison.Ordinal);
    }

    private async Task<TmuxPane> StartAsync()
    {
        var pane = await TmuxPane.StartAsync(_home.FullName, "minilambda repl; echo left with $?; exec sh", new Dictionary<string, string>
        {
            ["HOME"] = _home.FullName,
            ["XDG_STATE_HOME"] = Path.Combine(_home.FullName, "state"),
            ["PATH"] = $"{_home.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
            ["MINILAMBDA_SERVER"] = _cluster.Url.ToString(),
            ["MINILAMBDA_TOKEN"] = (await File.ReadAllTextAsync(_cluster.TokenFile)).Trim(),
            // Other tests share the machine.
            ["MINILAMBDA_COMPLETION_TIMEOUT"] = "1m",
        });
        await pane.UntilAsync(Prompt);
        return pane;
    }
}
