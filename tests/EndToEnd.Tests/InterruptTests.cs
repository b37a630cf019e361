using MiniLambda.EndToEnd.Terminals;

namespace MiniLambda.EndToEnd;

/// <summary>Ctrl-C wherever a command waits, in a real terminal.</summary>
public sealed class InterruptTests(AtticCluster attic) : IClassFixture<AtticCluster>, IAsyncLifetime
{
    private readonly Cluster _cluster = attic.Cluster;
    private readonly UserHome _home = UserHome.Of(attic.Cluster);
    private TmuxTerminal _terminal = null!;

    public async Task InitializeAsync() => _terminal = await TmuxTerminal.StartAsync(_home);

    public async Task DisposeAsync()
    {
        await _terminal.DisposeAsync();
        await _home.DisposeAsync();
        await _cluster.ClearAsync();
    }

    [ToolFact("tmux", "bash")]
    public async Task Every_wait_ends_with_130_and_a_terminal_that_can_be_typed_in()
    {
        var job = (await _cluster.SubmitAsync("nap", "1000", "500")).Id;
        await _cluster.UntilAsync(job, found => found.StartedAt is not null);
        await InterruptAsync($"job wait {job}", $"{job} runs on attic");
        await InterruptAsync($"logs -f {job}", "of 1000");
        await InterruptAsync("invoke nap -- 1000 500", "tick 1 of 1000");
        await InterruptAsync("cancel --all", "go on? [y/N]");
        await InterruptAsync("worker drain attic --wait", "attic still holds");
        // What it had printed, and what waits, stands.
        Assert.Null((await _cluster.GetAsync(job)).FinishedAt);
        await _cluster.Connection.Cluster.ResumeWorkerAsync(new() { Name = "attic" });
    }

    [ToolFact("tmux", "bash")]
    public async Task An_input_that_is_not_typed_to_its_end_is_not_waited_for() =>
        await InterruptAsync("submit --batch -", "j-0", typed: "{\"function\": \"hello\"}");

    /// <param name="seen">What shows that it waits.</param>
    /// <param name="typed">A line that is typed to it first.</param>
    private async Task InterruptAsync(string line, string seen, string? typed = null)
    {
        await _terminal.RunAsync($"echo be''gun; minilambda {line}");
        await _terminal.SeeAsync("begun");
        if (typed is not null)
            await _terminal.EnterAsync(typed);
        await _terminal.SeeAsync(seen);
        await _terminal.PressAsync("C-c");
        await _terminal.SeeAsync("ended with 130");
        Assert.True(await _terminal.IsCursorSeenAsync());
    }
}
