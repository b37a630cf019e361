using MiniLambda.EndToEnd.Terminals;

namespace MiniLambda.EndToEnd;

/// <summary>What stays on a terminal and is drawn over: <c>top</c>, <c>--watch</c>, and the line that says how far a command is.</summary>
public sealed class LiveViewTests(AtticCluster attic) : IClassFixture<AtticCluster>, IAsyncLifetime
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
    public async Task Top_is_drawn_in_place_follows_the_size_and_gives_the_terminal_back()
    {
        var job = await _cluster.SubmitAsync("nap", "1000", "500");
        await _terminal.RunAsync("minilambda top --interval 200ms");
        await _terminal.SeeAsync($"{job.Id}  nap@1     attic  running");
        Assert.True(await _terminal.IsSecondScreenAsync());
        Assert.False(await _terminal.IsCursorSeenAsync());

        await _terminal.ResizeAsync(40, 8);
        await _terminal.SeeAsync("more lines");
        await _terminal.ResizeAsync(100, 30);
        await _terminal.SeeAsync($"{job.Id}  nap@1     attic  running");

        await _terminal.PressAsync("C-c");
        await _terminal.SeeAsync("ended with 130");
        Assert.True(await _terminal.IsCursorSeenAsync());
        Assert.False(await _terminal.IsSecondScreenAsync());
    }

    [ToolFact("tmux", "bash")]
    public async Task Top_stopped_and_continued_is_there_again_and_q_ends_it()
    {
        await _terminal.RunAsync("minilambda top --interval 200ms");
        await _terminal.SeeAsync("nodes  1 of 1 here");
        await _terminal.PressAsync("C-z");
        await _terminal.SeeAsync("Stopped");
        Assert.True(await _terminal.IsCursorSeenAsync());
        await _terminal.SeePromptAsync();
        await _terminal.RunAsync("fg");
        await _terminal.SeeAsync("nothing runs");
        await _terminal.PressAsync("q");
        await _terminal.SeeAsync("ended with 0");
        Assert.True(await _terminal.IsCursorSeenAsync());
    }

    [ToolFact("tmux", "bash")]
    public async Task Top_that_was_stopped_without_notice_is_there_again_and_takes_keys()
    {
        await _terminal.RunAsync("minilambda top --interval 200ms");
        await _terminal.SeeAsync("nodes  1 of 1 here");
        ProcessSignal.Stop.SendTo(_home.ProgramId);
        await _terminal.SeeAsync("Stopped");
        await _terminal.RunAsync("fg");
        await _terminal.SeeAsync("nothing runs");
        await _terminal.PressAsync("q");
        await _terminal.SeeAsync("ended with 0");
    }

    [ToolFact("tmux", "bash")]
    public async Task A_watched_list_outlives_the_orchestrator_and_goes_on()
    {
        await using var cluster = await AtticCluster.StartAsync();
        await using var home = UserHome.Of(cluster);
        await using var terminal = await TmuxTerminal.StartAsync(home);
        var first = await cluster.SubmitAsync("hello");
        await terminal.RunAsync("minilambda ps --watch --interval 200ms");
        await terminal.SeeAsync($"{first.Id}  hello@1   attic   succeeded");
        await cluster.Orchestrator.KillAsync();
        Assert.Contains(first.Id, await terminal.SeeAsync("away since"), StringComparison.Ordinal);
        await cluster.StartOrchestratorAsync();
        await terminal.MissAsync("away since");
        await cluster.ReachAsync();
        await terminal.SeeAsync((await cluster.SubmitAsync("hello")).Id);
        await terminal.PressAsync("q");
        await terminal.SeeAsync("ended with 0");
    }

    [ToolFact("tmux", "bash")]
    public async Task Who_waits_sees_what_for_and_nothing_is_left_of_it()
    {
        string[] before = [(await _cluster.SubmitAsync("nap", "1000", "500")).Id, (await _cluster.SubmitAsync("nap", "1000", "500")).Id];
        await _terminal.RunAsync("minilambda invoke nap -- 1 1");
        await _terminal.SeeAsync("is queued: ");
        foreach (var id in before)
            await _cluster.Connection.Jobs.CancelAsync(new() { Id = id });
        Assert.DoesNotContain("is queued", await _terminal.SeeAsync("ended with 0"), StringComparison.Ordinal);
    }
}
