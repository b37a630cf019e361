using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens;
using Terminal.Gui.Input;
using CommandOutcome = MiniLambda.Workbench.Screens.CommandOutcome;

namespace MiniLambda.Workbench.Tests.Screens.Shell;

public sealed class ToolTests
{
    private readonly FixedCluster _cluster = new(FixedCluster.Home());

    [Fact]
    public void The_launch_form_shows_its_command_and_lands_on_the_log()
    {
        _cluster.Outcome = new CommandOutcome(0, "j-06zjjkvteapvb\n", "");
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("1jn");
        screen.Type("--width 40");
        screen.Press(Key.Tab);
        screen.Type("a b");

        Assert.Contains("$ printf %s 'a b' | minilambda submit resize --input - -- --width 40", screen.Text);

        screen.Press(Key.Enter);

        Assert.Equal(["submit resize --input - -- --width 40"], _cluster.Commands);
        Assert.Equal(new JobSubject("j-06zjjkvteapvb"), _cluster.Wished.Subject);
        Assert.Equal(DetailTab.Logs, _cluster.Wished.Tab);
        Assert.Contains("$ printf %s 'a b' | minilambda submit resize --input - -- --width 40", screen.Text);
    }

    [Fact]
    public void The_launch_form_says_what_cannot_be()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("1jn");
        screen.Type("'open");

        Assert.Contains("a ' is not closed", screen.Text);

        screen.Press(Key.Enter);

        Assert.Empty(_cluster.Commands);
    }

    [Fact]
    public void The_palette_runs_any_command_and_shows_what_it_printed()
    {
        _cluster.Outcome = new CommandOutcome(0, "NAME    VERSION\nresize  3\n", "");
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type(":function list");
        screen.Press(Key.Enter);

        Assert.Equal(["function list"], _cluster.Commands);
        Assert.Contains("resize  3", screen.Text);

        screen.Press(Key.CursorUp);

        Assert.Contains(":function list", screen.Text.Replace(": ", ":", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_palette_shows_what_a_command_prints_while_it_runs_and_esc_stops_it()
    {
        var outcome = new TaskCompletionSource<CommandOutcome>();
        PrintedLines? printed = null;
        using var screen = new ShellScreen(
            _cluster.Desk with
            {
                Run = (_, _, lines, stop) =>
                {
                    printed = lines;
                    stop.Register(() => outcome.SetResult(new CommandOutcome(130, "", "")));
                    return outcome.Task;
                },
            }, 120, 40);
        screen.Type(":logs j-06zjjkvteapv9 -f");
        screen.Press(Key.Enter);
        printed!.Write("decoded 14/33\ndeco"u8, isError: false);
        printed.Write("ded 15/33\n"u8, isError: false);

        Assert.Contains("decoded 14/33", screen.Text);
        Assert.Contains("decoded 15/33", screen.Text);
        Assert.Contains("it runs; Esc stops it", screen.Text);

        screen.Press(Key.Esc);

        // The outcome comes from another thread, as that of a real command does.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!screen.Text.Contains("(code 130)", StringComparison.Ordinal))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.DoesNotContain("it runs", screen.Text);
    }

    [Fact]
    public void A_token_that_was_typed_is_not_brought_back()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type(":ps --token s3cret");
        screen.Press(Key.Enter, Key.Esc);
        screen.Type(":");
        screen.Press(Key.CursorUp);

        Assert.Equal(["ps --token s3cret"], _cluster.Commands);
        Assert.DoesNotContain("s3cret", screen.Text);
        Assert.Contains(": ps", screen.Text);
    }

    [Fact]
    public void The_palette_completes()
    {
        using var screen = new ShellScreen(_cluster.Desk with { Complete = static line => line == "fun" ? ["function"] : [] }, 120, 40);
        screen.Type(":fun");
        screen.Press(Key.Tab);
        screen.Type("list");
        screen.Press(Key.Enter);

        Assert.Equal(["function list"], _cluster.Commands);
    }

    [Fact]
    public void An_unclosed_quote_runs_nothing()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type(":submit 'x");
        screen.Press(Key.Enter);

        Assert.Contains("a ' is not closed", screen.Text);
        Assert.Empty(_cluster.Commands);
    }

    [Fact]
    public void A_manifest_with_an_error_is_not_saved_and_a_mended_one_is_after_its_changes_were_shown()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("1j");
        screen.Show(WithFunction());
        screen.Type("e");
        screen.Press(Key.End.WithCtrl);
        screen.Type("description = ");
        screen.Press(Key.S.WithCtrl);

        Assert.Contains("not saved", screen.Text);
        Assert.Empty(_cluster.Manifests);

        screen.Type("\"new\"");
        screen.Press(Key.S.WithCtrl);

        Assert.Contains("+ description = \"new\"", screen.Text);
        Assert.Empty(_cluster.Manifests);

        screen.Type("y");

        Assert.Single(_cluster.Manifests);
        Assert.Contains("description = \"new\"", _cluster.Manifests[0]);
        Assert.Contains("resize@9 is made", screen.Text);
    }

    [Fact]
    public void Leaving_with_changes_of_a_manifest_asks_once()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("1j");
        screen.Show(WithFunction());
        screen.Type("e#");
        screen.Press(Key.Q.WithCtrl);

        Assert.Contains("not saved: ^Q once more gives up the changes", screen.Text);
        Assert.False(screen.IsLeaving);

        screen.Press(Key.Q.WithCtrl);

        Assert.True(screen.IsLeaving);
    }

    [Fact]
    public void A_name_without_a_folder_is_looked_for_in_this_one()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("1p");
        screen.Press(Key.U.WithCtrl);
        screen.Type("no-such-name");

        Assert.Contains("nothing here that could be pushed", screen.Text);
    }

    [Fact]
    public void A_file_that_is_there_is_not_overwritten_at_once()
    {
        using var folder = new TestFolder();
        var path = folder.Write("kept.log", "what was kept");
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("S");
        screen.Press(Key.A.WithCtrl, Key.Delete);
        screen.Type(path);
        screen.Press(Key.Enter);

        Assert.Contains("is there already: Enter once more overwrites it", screen.Text);
        Assert.Equal("what was kept", File.ReadAllText(path));

        screen.Press(Key.Enter);

        Assert.Contains("decoded 14/33", File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_is_chosen_is_pushed()
    {
        using var folder = new TestFolder();
        folder.Write("tool.wat", TestFolder.DoesNothing);
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("1p");
        screen.Press(Key.U.WithCtrl);
        screen.Type(folder.At("tool"));

        Assert.Contains("tool.wat", screen.Text);

        screen.Press(Key.Enter);

        Assert.Equal([$"function push {folder.At("tool.wat")}"], _cluster.Commands);
    }

    [Fact]
    public void A_lost_orchestrator_is_told_with_the_age_of_what_is_shown()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Show(FixedCluster.Home() with { Link = new Link(LinkState.Lost, FixedCluster.Now.AddSeconds(-14), "connection refused") });

        Assert.Contains("orchestrator lost: what is shown is 14s old", screen.Text);
        Assert.Contains("j-06zjjkvteapv9", screen.Text);

        screen.Show(FixedCluster.Home());

        Assert.DoesNotContain("orchestrator lost", screen.Text);
    }

    [Fact]
    public void A_token_that_is_refused_is_told()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Show(FixedCluster.Home() with { Link = new Link(LinkState.Refused, FixedCluster.Now.AddSeconds(-3), "the token is not valid") });

        Assert.Contains("the token is not valid; what is shown is 3.0s old", screen.Text);
    }

    private static Snapshot WithFunction()
    {
        var home = FixedCluster.Home();
        var function = home.Functions[1].Clone();
        return home with { Detail = new Detail(new FunctionSubject(function.Name, function.Version)) { Function = function } };
    }
}
