using MiniLambda.Workbench.Screens;

namespace MiniLambda.Workbench.Tests.Screens;

public sealed class PrintedLinesTests
{
    [Fact]
    public void Lines_are_whole_whatever_the_pieces_are()
    {
        var printed = new PrintedLines();
        foreach (var b in "Käse\r\nund Brot"u8.ToArray())
            printed.Write([b], isError: false);
        printed.Write("oh\n"u8, isError: true);
        printed.End();

        Assert.Equal([new("Käse", false), new("oh", true), new("und Brot", false)], printed.Take());
        Assert.Empty(printed.Take());
    }

    [Fact]
    public void What_nobody_takes_is_bounded()
    {
        var printed = new PrintedLines();
        for (var i = 0; i < PrintedLines.MaxWaiting + 10; i++)
            printed.Write(System.Text.Encoding.UTF8.GetBytes($"{i}\n"), isError: false);
        printed.Write(new byte[PrintedLines.MaxLength * 3].AsSpan(), isError: false);
        printed.End();

        var lines = printed.Take();

        Assert.Equal(PrintedLines.MaxWaiting, lines.Count);
        Assert.Equal("11", lines[0].Text);
        Assert.EndsWith($"… {PrintedLines.MaxLength * 2} more characters", lines[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_told_once_until_somebody_takes()
    {
        var (printed, told) = (new PrintedLines(), 0);
        printed.Came += () => told++;
        printed.Write("a\nb\n"u8, isError: false);
        printed.Write("c\n"u8, isError: false);

        Assert.Equal(1, told);

        printed.Take();
        printed.Write("d\n"u8, isError: false);

        Assert.Equal(2, told);
    }
}
