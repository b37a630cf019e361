namespace MiniLambda.EndToEnd;

/// <summary>Ctrl-C wherever a command waits, in a real terminal.</summary>
public sealed class InterruptTests : IAsyncLifetime
{
    private Cluster _cluster = null!;
    private TerminalSession _terminal = null!;
    private int _lines;

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
    public async Task Every_wait_ends_with_130_and_a_terminal_that_can_be_typed_in()
    {
        await _cluster.PushAsync("sleepy", "nap", "[limits]\ntimeout = \"10m\"\n");
        var job = (await _cluster.SubmitAsync("nap", "1000", "500")).Id;
        await _cluster.UntilAsync(job, found => found.StartedAt is not null);
        await InterruptAsync($"job wait {job}", $"{job} runs on attic");
        await InterruptAsync($"logs -f {job}", "of 1000");
        await InterruptAsync("invoke nap -- 1000 500", "tick 1 of 1000");
        await InterruptAsync("cancel --all", "go on? [y/N]");
        await InterruptAsync("worker drain attic --wait", "attic still holds");
        // What it had printed, and what waits, stands.
        Assert.Null((await _cluster.GetAsync(job)).FinishedAt);
    }

    [Fact]
    public async Task An_input_that_is_not_typed_to_its_end_is_not_waited_for()
    {
        await _cluster.PushAsync("hello", "greet");
        await InterruptAsync("submit --batch -", "j-0", typed: "{\"function\": \"greet\"}");
    }

    /// <param name="seen">What shows that it waits.</param>
    /// <param name="typed">A line that is typed to it first.</param>
    private async Task InterruptAsync(string line, string seen, string? typed = null)
    {
        var program = Programs.Workbench();
        var number = ++_lines;
        await _terminal.TypeAsync($"clear; {program.FileName} {program.ArgumentList[0]} {line}; echo line {number} ended with $?");
        if (typed is not null)
            await _terminal.TypeAsync(typed);
        await _terminal.UntilAsync(screen => screen.Contains(seen, StringComparison.Ordinal), $"'{seen}' of '{line}'");
        await _terminal.PressAsync("C-c");
        await _terminal.UntilAsync(screen => screen.Contains($"line {number} ended with 130", StringComparison.Ordinal), $"the end of '{line}'");
        Assert.True(await _terminal.IsCursorSeenAsync());
    }
}
