using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MiniLambda.EndToEnd.Terminals;

namespace MiniLambda.EndToEnd.Screen;

/// <summary>The real program on a real terminal, with a real cluster.</summary>
public sealed partial class WorkbenchTests(AtticCluster attic) : IClassFixture<AtticCluster>, IAsyncLifetime
{
    private readonly Cluster _cluster = attic.Cluster;
    private readonly UserHome _home = UserHome.Of(attic.Cluster);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _home.DisposeAsync();
        await _cluster.ClearAsync();
    }

    [ToolFact("tmux", "bash")]
    public async Task A_person_works_a_cluster_from_one_screen()
    {
        await using var cluster = await AtticCluster.StartAsync();
        await using var home = UserHome.Of(cluster);
        await using var terminal = await OpenAsync(home);
        await terminal.SeeAsync("nap");

        // Launch, and follow its log.
        await terminal.TypeAsync("1");
        await terminal.PressAsync("j", "n");
        await terminal.SeeAsync("Launch a job");
        await terminal.TypeAsync("600 500");
        await terminal.SeeAsync("$ minilambda submit nap -- 600 500");
        await terminal.PressAsync("Enter");
        var seen = LastTick(await terminal.UntilAsync(static screen => LastTick(screen) > 0, "the log"));
        await terminal.UntilAsync(screen => LastTick(screen) > seen + 1, "that the log goes on");

        // Cancel, asked once.
        await terminal.PressAsync("x");
        await terminal.SeeAsync("Cancel 1 job?");
        await terminal.PressAsync("y");
        await terminal.SeeAsync("cancelled");

        // Filter.
        await terminal.PressAsync("2", "/");
        await terminal.TypeAsync("state:running");
        await terminal.PressAsync("Enter");
        await terminal.SeeAsync("match state:running");
        await terminal.PressAsync("Escape");
        await terminal.MissAsync("match state:running");

        // Another size, and back.
        await terminal.ResizeAsync(60, 15);
        await terminal.MissAsync("1 Functions");
        await terminal.ResizeAsync(30, 8);
        await terminal.SeeAsync("40×10 is the least");
        await terminal.ResizeAsync(120, 40);
        await terminal.SeeAsync("1 Functions");

        // The orchestrator goes away, and comes back.
        await cluster.Orchestrator.KillAsync();
        await terminal.SeeAsync("orchestrator lost: what is shown is");
        Assert.Contains("nap", await terminal.ScreenAsync(), StringComparison.Ordinal);
        await cluster.StartOrchestratorAsync();
        await terminal.MissAsync("orchestrator lost");
        await terminal.SeeAsync("1/1 node");
        // What was known before is shown until the worker has dialled in anew.
        await cluster.SeeWorkerAsync("attic");

        // Any command.
        await terminal.PressAsync(":");
        await terminal.TypeAsync("worker list");
        await terminal.PressAsync("Enter");
        await terminal.SeeAsync("STATUS");
        await terminal.PressAsync("Escape");
        await terminal.MissAsync("STATUS");

        await terminal.PressAsync("q");
        await terminal.SeeAsync("ended with 0");
        Assert.False(await terminal.IsSecondScreenAsync());
    }

    [ToolFact("tmux", "bash")]
    public async Task A_manifest_is_edited_with_an_error_and_mended()
    {
        await using var terminal = await OpenAsync(_home);
        await terminal.SeeAsync("hello");
        await terminal.PressAsync("1");
        await terminal.SeeAsync("name = \"hello\"");
        await terminal.PressAsync("e");
        await terminal.SeeAsync("minilambda.toml");
        await terminal.PressAsync("C-End");
        await terminal.TypeAsync("description = ");
        await terminal.PressAsync("C-s");
        await terminal.SeeAsync("not saved");
        await terminal.TypeAsync("\"friendly\"");
        await terminal.MissAsync("not saved");
        await terminal.PressAsync("C-s");
        await terminal.SeeAsync("+ description = \"friendly\"");
        await terminal.PressAsync("y");
        await terminal.SeeAsync("hello@2 is made");

        var shown = await _cluster.RunAsync("function", "show", "hello");
        Assert.Contains("description = \"friendly\"", shown.Out, StringComparison.Ordinal);
    }

    [ToolFact("tmux", "bash")]
    public async Task Sigterm_leaves_a_sane_terminal()
    {
        await using var terminal = await TmuxTerminal.StartAsync(_home, 120, 40);
        // This shell leaves the terminal's modes as the program left them.
        await terminal.RunAsync("sh -c 'minilambda; stty -a'");
        await terminal.SeeAsync("1/1 node");

        ProcessSignal.Terminate.SendTo(_home.ProgramId);

        var screen = await terminal.SeeAsync("ended with 0");
        Assert.False(await terminal.IsSecondScreenAsync());
        Assert.Matches("[^-]icanon", screen);
        Assert.Matches("[^-]echo ", screen);
    }

    [ToolFact("tmux", "bash")]
    public async Task A_terminal_that_is_closed_ends_the_program()
    {
        await using var terminal = await OpenAsync(_home);
        var program = _home.ProgramId;
        Assert.True(IsRunning(program));

        await terminal.CloseAsync();

        await Cluster.UntilAsync(() => !IsRunning(program), "it goes on without a terminal");
    }

    /// <summary>The newest line of the log of <c>nap</c> that is seen; 0 when none is.</summary>
    private static int LastTick(string screen) =>
        Tick().Matches(screen).Select(tick => int.Parse(tick.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Append(0).Max();

    // A process that has ended is there until somebody takes note of it; in a container nobody may.
    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return OperatingSystem.IsLinux() ? !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal) : !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return false;
        }
    }

    private static async Task<TmuxTerminal> OpenAsync(UserHome home)
    {
        var terminal = await TmuxTerminal.StartAsync(home, 120, 40);
        try
        {
            await terminal.RunAsync("minilambda");
            await terminal.SeeAsync("1/1 node");
            return terminal;
        }
        catch
        {
            await terminal.DisposeAsync();
            throw;
        }
    }

    [GeneratedRegex("tick ([0-9]+) of 600")]
    private static partial Regex Tick();
}
