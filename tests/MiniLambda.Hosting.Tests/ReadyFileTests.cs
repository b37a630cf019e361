namespace MiniLambda.Hosting.Tests;

public sealed class ReadyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Holds_the_one_line_until_shutdown_and_leaves_nothing()
    {
        using (ReadyFile.Announce(_folder.At("ready"), "http://127.0.0.1:4711"))
        {
            Assert.Equal("http://127.0.0.1:4711\n", File.ReadAllText(_folder.At("ready")));
            Assert.Equal(["ready"], _folder.Names);
        }

        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_stale_file_can_be_withdrawn_and_is_replaced()
    {
        var path = _folder.Write("ready", "old");
        using (ReadyFile.Announce(path, "new"))
            Assert.Equal("new\n", File.ReadAllText(path));
        _folder.Write("ready", "old");
        ReadyFile.Withdraw(path);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void Nothing_is_written_without_a_path()
    {
        ReadyFile.Withdraw(null);
        using (ReadyFile.Announce(null, "line"))
            Assert.Empty(_folder.Names);
    }
}
