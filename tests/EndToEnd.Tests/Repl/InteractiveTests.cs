using MiniLambda.EndToEnd.Terminals;

namespace MiniLambda.EndToEnd.Repl;

/// <summary>The REPL in a real terminal.</summary>
public sealed class InteractiveTests(AtticCluster attic) : IClassFixture<AtticCluster>, IAsyncLifetime
{
    private readonly Cluster _cluster = attic.Cluster;
    private readonly UserHome _home = UserHome.Of(attic.Cluster);
    private TmuxTerminal _terminal = null!;

    private string Prompt => PromptOf(_cluster);

    public async Task InitializeAsync()
    {
        _terminal = await TmuxTerminal.StartAsync(_home);
        try
        {
            await _terminal.RunAsync("minilambda repl");
            await _terminal.SeePromptAsync(Prompt);
        }
        catch
        {
            // Nobody else does, when it does not come so far.
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        await _terminal.DisposeAsync();
        await _home.DisposeAsync();
        await _cluster.ClearAsync();
    }

    [ToolFact("tmux", "bash")]
    public async Task Words_are_completed_lines_found_again_and_tokens_not_kept()
    {
        await _terminal.TypeAsync("invo", "Tab");
        await _terminal.SeeLineAsync($"{Prompt} invoke");
        await _terminal.TypeAsync("hel", "Tab");
        await _terminal.SeeLineAsync($"{Prompt} invoke hello");
        await EnterAsync("-- Ada", "Hello, Ada!");

        await EnterAsync("let id = submit hello --wait", "let id");
        await EnterAsync("result $id", "Hello, world!");

        var job = await _cluster.SubmitAsync("nap", "2", "10");
        await _terminal.TypeAsync($"status {job.Id[..^2]}", "Tab");
        await _terminal.SeeLineAsync($"{Prompt} status {job.Id}");
        await EnterAsync("--token wrong", "error: the token is not");

        await _terminal.PressAsync("C-r");
        await _terminal.TypeAsync("ada");
        await _terminal.SeeAsync("(search) 'ada': invoke hello -- Ada");
        await _terminal.PressAsync("C-e");
        await _terminal.SeeLineAsync($"{Prompt} invoke hello -- Ada");
        await _terminal.PressAsync("C-w");
        await EnterAsync("Bob", "Hello, Bob!");

        await _terminal.PressAsync("C-d");
        await _terminal.SeeAsync("ended with 0");
        var history = Path.Combine(_home.At("state"), "minilambda", "history");
        var kept = await File.ReadAllTextAsync(history);
        Assert.Equal($"invoke hello -- Ada\nlet id = submit hello --wait\nresult $id\nstatus {job.Id}\ninvoke hello -- Bob\n", kept);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(history));
    }

    [ToolFact("tmux", "bash")]
    public async Task Ctrl_C_ends_a_command_or_clears_the_line_and_never_the_session()
    {
        await _terminal.PressAsync("C-c");
        await _terminal.TypeAsync("half a li", "C-c");
        await _terminal.SeeAsync("half a li^C");
        await _terminal.EnterAsync("invoke nap -- 1000 500");
        await _terminal.SeeAsync("of 1000");
        await _terminal.PressAsync("C-c");
        await _terminal.SeeAsync("goes on; stop it with: minilambda cancel j-");
        await _terminal.SeePromptAsync(Prompt);
        await EnterAsync("invoke hello -- \"code $?\"", "Hello, code 130!");
    }

    [ToolFact("tmux", "bash")]
    public async Task What_is_pasted_stands_in_the_line_until_Enter_and_more_lines_than_one_are_run_in_turn()
    {
        await _terminal.TypeAsync("\u001b[200~invoke hello -- one\ninvoke hello -- '日本\n語'\u001b[201~");
        await _terminal.SeeAsync("> 語'");
        Assert.DoesNotContain("Hello", await _terminal.ScreenAsync(), StringComparison.Ordinal);
        await _terminal.PressAsync("Enter");
        await _terminal.SeeAsync("Hello, one!\nHello, 日本\n語!");
    }

    [ToolFact("tmux", "bash")]
    public async Task A_resize_draws_the_line_anew()
    {
        var words = string.Join(' ', Enumerable.Repeat("abcdefgh", 12));
        await _terminal.TypeAsync(words);
        await _terminal.UntilAsync(screen => Dense(screen) == Dense(Prompt + words), "twelve words");
        await _terminal.ResizeAsync(40, 20);
        await _terminal.TypeAsync("ijk");
        await _terminal.UntilAsync(screen => Dense(screen) == Dense($"{Prompt}{words}ijk"), "the prompt and twelve words, once");
        await _terminal.ResizeAsync(1, 1);
        await _terminal.PressAsync("C-u");
        await _terminal.ResizeAsync(80, 24);
        await EnterAsync("invoke hello -- again", "Hello, again!");
    }

    [ToolFact("tmux", "bash")]
    public async Task The_prompt_tells_that_the_cluster_is_away_and_that_it_is_back()
    {
        await using var cluster = await AtticCluster.StartAsync();
        await using var home = UserHome.Of(cluster);
        await using var terminal = await TmuxTerminal.StartAsync(home);
        await terminal.RunAsync("minilambda repl");
        await terminal.SeePromptAsync(PromptOf(cluster));
        await cluster.Orchestrator.TerminateAsync();
        await terminal.SeePromptAsync($"{cluster.Url.Authority} (away)>");
        await terminal.EnterAsync("version");
        await terminal.SeeAsync("(.NET ");
        await cluster.StartOrchestratorAsync();
        await terminal.SeePromptAsync(PromptOf(cluster));
    }

    [ToolFact("tmux", "bash")]
    public async Task Ctrl_Z_gives_the_terminal_to_the_shell_until_it_goes_on()
    {
        await _terminal.TypeAsync("invoke hello", "C-z");
        await _terminal.SeeAsync("Stopped");
        await _terminal.SeePromptAsync();
        await _terminal.EnterAsync("echo in the sh''ell; fg");
        await _terminal.SeeAsync("in the shell");
        await _terminal.SeeLineAsync($"{Prompt} invoke hello");
        await EnterAsync(" -- again", "Hello, again!");
    }

    [ToolFact("tmux", "bash")]
    public async Task A_session_that_was_stopped_without_notice_edits_its_line_again()
    {
        await _terminal.TypeAsync("invoke hello");
        await _terminal.SeeLineAsync($"{Prompt} invoke hello");
        ProcessSignal.Stop.SendTo(_home.ProgramId);
        await _terminal.SeeAsync("Stopped");
        await _terminal.SeePromptAsync();
        await _terminal.EnterAsync("fg");
        await _terminal.SeeLineAsync($"{Prompt} invoke hello");
        await _terminal.PressAsync("C-w");
        await EnterAsync("hello -- again", "Hello, again!");
    }

    [ToolFact("tmux", "bash")]
    public async Task SIGTERM_leaves_a_sane_terminal()
    {
        await _terminal.PressAsync("C-d");
        await _terminal.SeeAsync("ended with 0");
        // This shell leaves the terminal's modes as the program left them.
        await _terminal.RunAsync("sh -c 'minilambda repl; echo left with $?; stty -a'");
        await _terminal.SeePromptAsync(Prompt);
        await _terminal.TypeAsync("half a line");
        await _terminal.SeeAsync("half a line");
        ProcessSignal.Terminate.SendTo(_home.ProgramId);
        var screen = await _terminal.SeeAsync("ended with 0");
        Assert.Contains("left with 143", screen, StringComparison.Ordinal);
        Assert.Matches("[^-]icanon", screen);
        Assert.Matches("[^-]echo ", screen);
    }

    private static string PromptOf(Cluster cluster) => $"{cluster.Url.Authority}>";

    // Rows and the blanks between them are the terminal's affair.
    private static string Dense(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>Types a line to the prompt, and waits for what it prints and for the next prompt.</summary>
    private async Task EnterAsync(string line, string seen)
    {
        await _terminal.EnterAsync(line);
        await _terminal.SeeAsync(seen);
        await _terminal.SeePromptAsync(Prompt);
    }
}
