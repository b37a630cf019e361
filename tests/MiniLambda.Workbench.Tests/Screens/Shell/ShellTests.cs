using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Tests.Screens.Shell;

public sealed class ShellTests
{
    private readonly FixedCluster _cluster = new(FixedCluster.Home());

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    [InlineData(60, 15)]
    public void The_screen_looks_as_it_did(int width, int height)
    {
        using var screen = new ShellScreen(_cluster.Desk, width, height);

        Golden.Holds($"home-{width}x{height}.txt", screen.Text);
    }

    [Fact]
    public void Below_the_least_size_there_is_a_sentence()
    {
        using var screen = new ShellScreen(_cluster.Desk, 39, 9);

        Assert.Contains("this terminal is 39×9", screen.Text);
        Assert.DoesNotContain("Jobs", screen.Text);

        screen.Resize(120, 40);

        Assert.Contains("2 Jobs", screen.Text);
    }

    [Fact]
    public void Even_one_cell_is_borne()
    {
        using var screen = new ShellScreen(_cluster.Desk, 1, 1);
        screen.Press(Key.J, Key.Tab, Key.Z);
        screen.Resize(80, 24);

        Assert.Contains("home", screen.Text);
    }

    [Fact]
    public void A_small_terminal_shows_one_pane_at_a_time()
    {
        using var screen = new ShellScreen(_cluster.Desk, 60, 15);

        Assert.Contains("j-06zjjkvteapv9", screen.Text);
        Assert.DoesNotContain("thumbs  ", screen.Text);

        screen.Type("1");

        Assert.Contains("makes pictures smaller", screen.Text);
        Assert.DoesNotContain("j-06zjjkvteapv9", screen.Rows[3]);
    }

    [Fact]
    public void Zoom_gives_a_pane_the_room_and_Esc_takes_it_back()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("z");

        Assert.DoesNotContain("1 Functions", screen.Text);
        Assert.Contains("2 Jobs", screen.Text);

        screen.Press(Key.Esc);

        Assert.Contains("1 Functions", screen.Text);
    }

    [Fact]
    public void The_command_for_what_is_selected_is_shown()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);

        Assert.Contains("$ minilambda logs j-06zjjkvteapv9 -f", screen.Text);

        screen.Press(Key.J);
        screen.Type("4]]");

        Assert.Contains("$ minilambda result j-06zjjkvteapv8", screen.Text);

        screen.Type("3");

        Assert.Contains("$ minilambda worker show laptop", screen.Text);
    }

    [Fact]
    public void Jobs_are_sorted_as_asked()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("sss");

        Assert.Contains("2 Jobs by state", screen.Text);
        Assert.True(screen.RowOf("○ queued") < screen.RowOf("● running"));
    }

    [Fact]
    public void Only_what_is_on_screen_is_asked_for()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);

        Assert.True(_cluster.Wished.JobRows <= 100);
        Assert.Empty(_cluster.Wished.Open);

        screen.Type("1");
        screen.Press(Key.Enter);

        Assert.Equal(["ocr"], _cluster.Wished.Open);
    }

    [Fact]
    public void The_cursor_stays_with_its_job_when_others_come()
    {
        var home = FixedCluster.Home();
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Press(Key.J);

        var newer = FixedCluster.JobOf("j-06zjjkvteapva", "thumbs", 2, "", Contracts.V1.Job.Types.State.Queued, 1);
        screen.Show(home with { Jobs = home.Jobs with { Jobs = [newer, .. home.Jobs.Jobs] } });

        Assert.Contains("logs j-06zjjkvteapv8", screen.Text);
        Assert.Contains("›j-06zjjkvteapv8", screen.Text);
    }

    [Fact]
    public void A_click_brings_a_pane_to_the_front()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);

        screen.Click(4, screen.RowOf("phone"));

        Assert.Contains("worker show", screen.Text);
    }

    [Fact]
    public void Help_is_searched_and_run()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("?");

        Assert.Contains("cancel the job", screen.Text);

        screen.Type("zoom");

        Assert.DoesNotContain("cancel the job", screen.Text);

        screen.Press(Key.Enter);

        Assert.DoesNotContain("1 Functions", screen.Text);
    }

    [Fact]
    public void Help_is_whole_in_eighty_columns()
    {
        Assert.Equal(HelpRows(120), HelpRows(80));

        List<string> HelpRows(int width)
        {
            using var screen = new ShellScreen(_cluster.Desk, width, 60);
            screen.Type("?");
            var title = screen.Rows.Single(row => row.Contains(" Help", StringComparison.Ordinal));
            var (left, right) = (title.IndexOf('╭', StringComparison.Ordinal), title.IndexOf('╮', StringComparison.Ordinal));
            return [.. screen.Rows.Where(row => row.Length > right && row[left] == '│' && row[right] == '│').Select(row => row[(left + 1)..right].TrimEnd())];
        }
    }

    [Fact]
    public void The_next_theme_is_told()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("t");

        Assert.Contains("theme light", screen.Text);
        Assert.Equal("light", screen.Desk.Theme.Current.Name);
    }

    [Fact]
    public void The_overview_takes_the_place_of_the_panes()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("o");

        Assert.Contains("Overview", screen.Text);
        Assert.DoesNotContain("2 Jobs", screen.Text);

        screen.Press(Key.Esc);

        Assert.Contains("2 Jobs", screen.Text);
    }

    [Fact]
    public void Q_leaves()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("q");

        Assert.True(screen.IsLeaving);
    }
}
