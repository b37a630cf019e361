using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Live;
using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Tests.Commands.Live;

public sealed class LiveScreenTests : IDisposable
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private TerminalSize _size = new(20, 4);

    public void Dispose() => _out.Dispose();

    [Fact]
    public void Only_lines_that_changed_are_written()
    {
        using var screen = Open();
        screen.Draw(_ => ["one", "two"]);
        Assert.Equal("\u001b[?2026h\u001b[2J\u001b[1;1Hone\u001b[K\u001b[2;1Htwo\u001b[K\u001b[?2026l", Written());
        screen.Draw(_ => ["one", "2", "three"]);
        Assert.Equal("\u001b[?2026h\u001b[2;1H2\u001b[K\u001b[3;1Hthree\u001b[K\u001b[?2026l", Written());
        screen.Draw(_ => ["one", "2", "three"]);
        Assert.Equal("", Written());
        screen.Draw(_ => ["one"]);
        Assert.Equal("\u001b[?2026h\u001b[2;1H\u001b[K\u001b[3;1H\u001b[K\u001b[?2026l", Written());
    }

    [Fact]
    public void Another_size_draws_everything_anew()
    {
        using var screen = Open();
        screen.Draw(_ => ["a long line of text"]);
        Written();
        _size = new TerminalSize(6, 4);
        screen.Draw(_ => ["a long line of text"]);
        Assert.Equal("\u001b[?2026h\u001b[2J\u001b[1;1Ha lon…\u001b[?2026l", Written());
    }

    [Fact]
    public void Lines_beyond_the_last_are_counted() =>
        Assert.Equal(["1", "2", "… 3 more lines"], LiveScreen.Fit(["1", "2", "3", "4", "5"], new TerminalSize(20, 3)));

    [Fact]
    public void The_terminal_is_given_back_with_what_was_shown_last()
    {
        using (var screen = Open())
        {
            screen.Draw(_ => ["one", "two"]);
            Written();
        }

        Assert.Equal("\u001b[?7h\u001b[?25h\u001b[?1049lone\ntwo\n", Written());
    }

    [Fact]
    public async Task Waiting_ends_with_the_one_who_waits()
    {
        using var screen = Open();
        using var stop = new CancellationTokenSource();
        // The first drawing is asked for at once.
        await screen.WaitAsync(TimeSpan.FromHours(1), stop.Token);
        var waiting = screen.WaitAsync(TimeSpan.FromHours(1), stop.Token);
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private LiveScreen Open()
    {
        var screen = new LiveScreen(new CommandTerminal
        {
            Out = _out,
            Error = TextWriter.Null,
            OutStream = Stream.Null,
            ErrorStream = Stream.Null,
            OpenInput = () => Stream.Null,
            IsOutTerminal = true,
            Size = () => _size,
            Variable = _ => null,
        });
        Assert.Equal("\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J", Written());
        return screen;
    }

    private string Written()
    {
        var text = _out.ToString();
        _out.GetStringBuilder().Clear();
        return text;
    }
}
