using Google.Protobuf.WellKnownTypes;
using MiniLambda.Workbench.Live;
using Terminal.Gui.Input;
using CommandOutcome = MiniLambda.Workbench.Screens.CommandOutcome;

namespace MiniLambda.Workbench.Tests.Screens.Shell;

public sealed class ChangeTests
{
    private readonly FixedCluster _cluster = new(FixedCluster.Home());

    [Fact]
    public void Cancelling_asks_once_and_names_what()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("x");

        Assert.Contains("Cancel 1 job?", screen.Text);
        Assert.Contains("j-06zjjkvteapv9 resize@3 running", screen.Text);
        Assert.Empty(_cluster.Commands);

        screen.Type("y");

        Assert.Equal(["cancel j-06zjjkvteapv9"], _cluster.Commands);
        Assert.Contains("j-06zjjkvteapv9 cancelled", screen.Text);
        Assert.Contains("$ minilambda cancel j-06zjjkvteapv9", screen.Text);
    }

    [Fact]
    public void No_is_no()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("xn");

        Assert.Empty(_cluster.Commands);
        Assert.DoesNotContain("Cancel 1 job?", screen.Text);
    }

    [Fact]
    public void Marked_jobs_are_meant_together()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Press(Key.Space, Key.J, Key.Space);

        Assert.Contains("*2 marked", screen.Text);

        screen.Type("xy");

        Assert.Equal(["cancel j-06zjjkvteapv9 j-06zjjkvteapv7"], _cluster.Commands);
    }

    [Fact]
    public void All_that_are_shown_can_be_marked()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("Ax");

        Assert.Contains("Cancel 2 jobs?", screen.Text);

        screen.Type("n");
        screen.Type("A");

        Assert.DoesNotContain("marked", screen.Text);
    }

    [Fact]
    public void A_failed_job_is_retried()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Press(Key.J);
        screen.Type("r");

        Assert.Equal(["job retry j-06zjjkvteapv8"], _cluster.Commands);
    }

    [Fact]
    public void Who_only_looks_changes_nothing()
    {
        using var screen = new ShellScreen(_cluster.Desk with { IsReadOnly = true }, 120, 40);
        screen.Type("x");

        Assert.Contains("this workbench only looks", screen.Text);
        Assert.Contains("read-only", screen.Text);

        screen.Type(":cancel j-06zjjkvteapv9");
        screen.Press(Key.Enter);

        Assert.Empty(_cluster.Commands);
    }

    [Fact]
    public void Who_only_looks_runs_nothing_by_asking_a_function_for_help()
    {
        using var screen = new ShellScreen(_cluster.Desk with { IsReadOnly = true }, 120, 40);
        screen.Type(":submit resize -- --help");
        screen.Press(Key.Enter);

        Assert.Empty(_cluster.Commands);

        screen.Type("submit --help");
        screen.Press(Key.Enter);

        Assert.Equal(["submit --help"], _cluster.Commands);
    }

    [Fact]
    public void A_name_that_a_shell_would_run_is_quoted()
    {
        var home = FixedCluster.Home();
        home.Workers[0].Name = "nas; reboot";
        using var screen = new ShellScreen(new FixedCluster(home).Desk with { ClusterFlags = "--context home" }, 120, 40);
        screen.Type("3");

        Assert.Contains("$ minilambda --context home worker show 'nas; reboot'", screen.Text);
    }

    [Fact]
    public void A_query_that_the_orchestrator_does_not_take_is_told()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("/fn:No_Name");
        screen.Press(Key.Enter);
        screen.Show(FixedCluster.Home() with { Jobs = new JobPage(_cluster.Wished.Query, [], false, 0) { Problem = "'No_Name' is not a function name" } });

        Assert.Contains("'No_Name' is not a function name", screen.Text);
    }

    [Fact]
    public void A_node_is_drained_and_resumed()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("3jdy");

        Assert.Equal(["worker drain nas"], _cluster.Commands);

        var drained = FixedCluster.Home();
        drained.Workers[1].DrainedAt = Timestamp.FromDateTimeOffset(FixedCluster.Now);
        screen.Show(drained);
        screen.Type("u");

        Assert.Equal("worker resume nas", _cluster.Commands[^1]);
    }

    [Fact]
    public void Deleting_a_function_names_it()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("1jD");

        Assert.Contains("resize, with all its versions", screen.Text);

        screen.Type("y");

        Assert.Equal(["function delete resize"], _cluster.Commands);
    }

    [Fact]
    public void What_went_wrong_is_told()
    {
        _cluster.Outcome = new CommandOutcome(1, "", "error: job j-06zjjkvteapv9 has its outcome already\n");
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("xy");

        Assert.Contains("has its outcome already", screen.Text);
    }
}
