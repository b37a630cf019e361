using System.Diagnostics;

namespace MiniLambda.EndToEnd.Screen;

/// <summary>The real program on a real terminal, with a real cluster.</summary>
public sealed class WorkbenchTests
{
    [TmuxFact]
    public async Task A_person_works_a_cluster_from_one_screen()
    {
        await using var cluster = await Cluster.StartAsync("nas");
        await cluster.PushAsync("sleepy", "sleepy", "[limits]\ntimeout = \"5m\"\n");
        using var terminal = Open(cluster);
        await terminal.SeeAsync("1/1 node");
        await terminal.SeeAsync("sleepy");

        // Launch, and follow its log.
        terminal.Press("n");
        await terminal.SeeAsync("Launch a job");
        terminal.Type("600 100");
        await terminal.SeeAsync("$ minilambda submit sleepy -- 600 100");
        terminal.Press("Enter");
        await terminal.SeeAsync("tick 3 of 600");
        await terminal.SeeAsync("tick 9 of 600");

        // Cancel, asked once.
        terminal.Press("x");
        await terminal.SeeAsync("Cancel 1 job?");
        terminal.Press("y");
        await terminal.SeeAsync("cancelled");

        // Filter.
        terminal.Press("2", "/");
        terminal.Type("state:running");
        terminal.Press("Enter");
        await terminal.SeeAsync("match state:running");
        terminal.Press("Escape");
        await terminal.MissAsync("match state:running");

        // Another size, and back.
        terminal.Resize(60, 15);
        await terminal.MissAsync("1 Functions");
        terminal.Resize(30, 8);
        await terminal.SeeAsync("40×10 is the least");
        terminal.Resize(120, 40);
        await terminal.SeeAsync("1 Functions");

        // The orchestrator goes away, and comes back.
        await cluster.Orchestrator.KillAsync();
        await terminal.SeeAsync("orchestrator lost: what is shown is");
        Assert.Contains("sleepy", terminal.Screen, StringComparison.Ordinal);
        await cluster.StartOrchestratorAsync();
        await terminal.MissAsync("orchestrator lost");
        await terminal.SeeAsync("1/1 node");

        // Any command.
        terminal.Press(":");
        terminal.Type("worker list");
        terminal.Press("Enter");
        await terminal.SeeAsync("STATUS");
        terminal.Press("Escape");
        await terminal.MissAsync("STATUS");

        // What is typed before a program ended may be its own: the shell gets what comes after.
        using var program = Process.GetProcessById(terminal.Pid);
        terminal.Press("q");
        await program.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(terminal.IsTaken);
        terminal.Type("echo ended with $?");
        terminal.Press("Enter");
        await terminal.SeeAsync("ended with 0");
    }

    [TmuxFact]
    public async Task A_manifest_is_edited_with_an_error_and_mended()
    {
        await using var cluster = await Cluster.StartAsync("nas");
        await cluster.PushAsync("hello", "hello");
        using var terminal = Open(cluster);
        await terminal.SeeAsync("hello");
        terminal.Press("1");
        await terminal.SeeAsync("name = \"hello\"");
        terminal.Press("e");
        await terminal.SeeAsync("minilambda.toml");
        terminal.Press("C-End");
        terminal.Type("description = ");
        terminal.Press("C-s");
        await terminal.SeeAsync("not saved");
        terminal.Type("\"friendly\"");
        await terminal.MissAsync("not saved");
        terminal.Press("C-s");
        await terminal.SeeAsync("+ description = \"friendly\"");
        terminal.Press("y");
        await terminal.SeeAsync("hello@2 is made");

        var shown = await cluster.RunAsync("function", "show", "hello");
        Assert.Contains("description = \"friendly\"", shown.Out, StringComparison.Ordinal);
    }

    [TmuxFact]
    public async Task Sigterm_leaves_a_sane_terminal()
    {
        await using var cluster = await Cluster.StartAsync("nas");
        using var terminal = Open(cluster);
        await terminal.SeeAsync("1/1 node");

        using (var kill = Process.Start("kill", ["-TERM", $"{terminal.Pid}"]))
            await kill.WaitForExitAsync();

        await terminal.UntilAsync(() => !terminal.IsTaken, "the terminal is not given back");
        terminal.Type("stty -a | tr ';' '\\n' | grep -o '[-]*icanon\\|[-]*echo ' | tr '\\n' '.'");
        terminal.Press("Enter");
        await terminal.SeeAsync("icanon.echo .");
    }

    [TmuxFact]
    public async Task A_terminal_that_is_closed_ends_the_program()
    {
        await using var cluster = await Cluster.StartAsync("nas");
        using var terminal = Open(cluster);
        await terminal.SeeAsync("1/1 node");
        using var program = Process.GetProcessById(terminal.Pid);

        terminal.Close();

        await program.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static TmuxTerminal Open(Cluster cluster)
    {
        var terminal = new TmuxTerminal(120, 40, new Dictionary<string, string>
        {
            ["MINILAMBDA_SERVER"] = cluster.Url.ToString(),
            ["MINILAMBDA_TOKEN"] = File.ReadAllText(cluster.TokenFile).Trim(),
        });
        terminal.Start(Programs.Workbench());
        return terminal;
    }
}
