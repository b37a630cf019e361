using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Tests.Screens.Shell;

public sealed class FilterTests
{
    private readonly FixedCluster _cluster = new(FixedCluster.Home());

    [Fact]
    public void Typing_narrows_at_once()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("/state:failed");

        Assert.Contains("j-06zjjkvteapv8", screen.Text);
        Assert.DoesNotContain("j-06zjjkvteapv9", screen.Text.Split("4 ")[0]);
        Assert.Equal("state:failed", _cluster.Wished.Query.Text);

        screen.Press(Key.Enter);

        Assert.Contains("2 Jobs /state:failed", screen.Text);
    }

    [Fact]
    public void What_cannot_be_read_is_told_and_Esc_gives_up()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("/state:lost");

        Assert.Contains("there is no state 'lost'", screen.Text);

        screen.Press(Key.Esc);

        Assert.True(_cluster.Wished.Query.IsAll);
    }

    [Fact]
    public void Esc_shows_all_again()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("/ocr");
        screen.Press(Key.Enter, Key.Esc);

        Assert.True(_cluster.Wished.Query.IsAll);
    }

    [Fact]
    public void Functions_have_their_own()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);
        screen.Type("1/res");
        screen.Press(Key.Enter);

        Assert.Contains("1 Functions /res", screen.Text);
        Assert.DoesNotContain("▸ ocr", screen.Text);
    }
}
