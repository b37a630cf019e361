namespace MiniLambda.Workbench.Tests.Screens.Shell;

public sealed class ShellTests
{
    private readonly FixedCluster _cluster = new(FixedCluster.Home());

    [Fact]
    public void Everything_is_on_one_screen()
    {
        using var screen = new ShellScreen(_cluster.Desk, 120, 40);

        Assert.Contains("home", screen.Text);
        Assert.Contains("2 Jobs", screen.Text);
        Assert.Contains("j-06zjjkvteapv8", screen.Text);
        Assert.Contains("phone", screen.Text);
    }
}
