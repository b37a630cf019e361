namespace MiniLambda.EndToEnd;

/// <summary>What stays on a terminal and is drawn over: <c>top</c>, <c>--watch</c>, and the line that says how far a command is.</summary>
public sealed class LiveViewTests : IAsyncLifetime
{
    private Cluster _cluster = null!;
    private TerminalSession _terminal = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync("attic");
        _terminal = await TerminalSession.StartAsync(100, 30, new Dictionary<string, string>
        {
            ["MINILAMBDA_SERVER"] = _cluster.Url.ToString(),
            ["MINILAMBDA_TOKEN"] = (await File.ReadAllTextAsync(_cluster.TokenFile)).Trim(),
            ["XDG_CONFIG_HOME"] = Path.Combine(_cluster.Data, "config"),
        });
    }

    public async Task DisposeAsync()
    {
        await _terminal.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Top_is_drawn_in_place_follows_the_size_and_gives_the_terminal_back()
    {
        await _cluster.PushAsync("sleepy", "nap", "[limits]\ntimeout = \"2m\"\n");
        var job = await _cluster.SubmitAsync("nap", "1000", "100");
        await RunAsync("top --interval 200ms");
        await SeenAsync($"{job.Id}  nap@1     attic  running");
        Assert.True(await _terminal.IsSecondScreenAsync());
        Assert.False(await _terminal.IsCursorSeenAsync());

        await _terminal.ResizeAsync(40, 8);
        var small = await SeenAsync("more lines");
        Assert.All(small.Split('\n'), line => Assert.True(line.Length <= 40, line));
        await _terminal.ResizeAsync(100, 30);
        await SeenAsync($"{job.Id}  nap@1     attic  running");

        await _terminal.PressAsync("C-c");
        await SeenAsync("ended with 130");
        Assert.True(await _terminal.IsCursorSeenAsync());
        Assert.False(await _terminal.IsSecondScreenAsync());
    }

    [Fact]
    public async Task Top_stopped_and_continued_is_there_again_and_q_ends_it()
    {
        await RunAsync("top --interval 200ms");
        await SeenAsync("nodes  1 of 1 here");
        await _terminal.PressAsync("C-z");
        await SeenAsync("Stopped");
        Assert.True(await _terminal.IsCursorSeenAsync());
        await _terminal.TypeAsync("clear; fg; echo ended with $?");
        await SeenAsync("nothing runs");
        await _terminal.PressAsync("q");
        await SeenAsync("ended with 0");
        Assert.True(await _terminal.IsCursorSeenAsync());
    }

    [Fact]
    public async Task A_watched_list_outlives_the_orchestrator_and_goes_on()
    {
        await _cluster.PushAsync("hello", "greet");
        var first = await _cluster.SubmitAsync("greet");
        await RunAsync("ps --watch --interval 200ms");
        await SeenAsync($"{first.Id}  greet@1   attic   succeeded");
        await _cluster.Orchestrator.KillAsync();
        Assert.Contains(first.Id, await SeenAsync("away since"), StringComparison.Ordinal);
        await _cluster.StartOrchestratorAsync();
        await _terminal.UntilAsync(screen => !screen.Contains("away since", StringComparison.Ordinal), "that it is back");
        await _cluster.ReachAsync();
        await SeenAsync((await _cluster.SubmitAsync("greet")).Id);
        await _terminal.PressAsync("q");
        await SeenAsync("ended with 0");
    }

    [Fact]
    public async Task Who_waits_sees_what_for_and_nothing_is_left_of_it()
    {
        await _cluster.PushAsync("sleepy", "nap", "[limits]\ntimeout = \"2m\"\n");
        string[] before = [(await _cluster.SubmitAsync("nap", "1000", "100")).Id, (await _cluster.SubmitAsync("nap", "1000", "100")).Id];
        await RunAsync("invoke nap -- 1 1");
        await SeenAsync("is queued: ");
        Assert.Equal(0, (await _cluster.RunAsync(["cancel", .. before])).ExitCode);
        Assert.DoesNotContain("is queued", await SeenAsync("ended with 0"), StringComparison.Ordinal);
    }

    /// <summary>Runs the command line, and has the shell say what it ended with.</summary>
    private Task RunAsync(string line)
    {
        var program = Programs.Workbench();
        return _terminal.TypeAsync($"clear; {program.FileName} {program.ArgumentList[0]} {line}; echo ended with $?");
    }

    private Task<string> SeenAsync(string text) => _terminal.UntilAsync(screen => screen.Contains(text, StringComparison.Ordinal), $"'{text}'");
}
