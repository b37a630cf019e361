using MiniLambda.Workbench.Repl.Editing;
using MiniLambda.Workbench.Repl.Prompting;

namespace MiniLambda.Workbench.Tests.Repl.Prompting;

public sealed class HistoryFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_typed_is_there_the_next_time_for_its_owner_alone()
    {
        var file = new HistoryFile(_folder.At("state/minilambda/history"));
        Assert.Empty(file.Read());
        string[] lines = ["job list", "a 'b\nc'", @"x \n \\ y", "日本"];
        foreach (var line in lines)
            file.Append(line);
        Assert.Equal(lines, file.Read());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(file.Location));
    }

    [Fact]
    public void A_file_that_others_can_read_is_made_private()
    {
        if (OperatingSystem.IsWindows())
            return;
        var path = _folder.Write("history", "a\n");
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.OtherRead);
        Assert.Equal(["a"], new HistoryFile(path).Read());
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_file_that_has_grown_too_long_is_cut()
    {
        var path = _folder.Write("history", string.Concat(Enumerable.Range(0, 2 * History.MaxLines + 1).Select(i => $"line {i}\n")));
        Assert.Equal(History.MaxLines, new HistoryFile(path).Read().Count);
        Assert.Equal($"line {2 * History.MaxLines}", File.ReadLines(path).Last());
        Assert.Equal(History.MaxLines, File.ReadLines(path).Count());
    }

    [Fact]
    public void The_same_line_typed_twice_is_kept_once()
    {
        var history = new History(["a"]);
        Assert.False(history.Add("a"));
        Assert.True(history.Add("b"));
        Assert.True(history.Add("a"));
    }
}
