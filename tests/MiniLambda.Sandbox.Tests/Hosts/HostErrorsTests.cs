using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Sandbox.Hosts;

namespace MiniLambda.Sandbox.Tests.Hosts;

public sealed class HostErrorsTests
{
    private readonly Lines _log = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task What_a_host_says_is_told_line_by_line()
    {
        await RelayAsync("one\n\ntwo\nno end");

        Assert.Equal(["sandbox host 7: one", "sandbox host 7: two", "sandbox host 7: no end"], _log.Told);
    }

    [Fact]
    public async Task Nothing_of_it_can_steer_a_terminal_and_a_line_ends_somewhere()
    {
        await RelayAsync("\e[2J\u202e\n" + new string('x', 100_000) + "\nnext\n");

        Assert.Equal(@"sandbox host 7: \x1b[2J\u202e", _log.Told[0]);
        Assert.InRange(_log.Told[1].Length, 500, 600);
        Assert.Equal("sandbox host 7: next", _log.Told[2]);
    }

    [Fact]
    public async Task Only_so_many_lines_are_told_and_that_some_are_left_out()
    {
        await RelayAsync(string.Concat(Enumerable.Repeat("line\n", 1_000)));

        Assert.Equal(HostErrors.MaxLinesPerSecond + 1, _log.Told.Count);
        Assert.Equal("sandbox host 7 says too much: lines of it are left out", _log.Told[^1]);
    }

    [Fact]
    public async Task A_host_that_floods_waits_for_the_next_second()
    {
        using var flood = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("line\n", 100_000))));
        var relaying = new HostErrors(7, flood, _clock, _log).RelayAsync();

        Assert.False(relaying.IsCompleted);
        Assert.InRange(flood.Position, 1, 300_000);
        for (var seconds = 0; seconds < 10 && !relaying.IsCompleted; seconds++)
            _clock.Advance(TimeSpan.FromSeconds(1));

        await relaying;
        Assert.Equal(flood.Length, flood.Position);
        Assert.InRange(_log.Told.Count, (2 * HostErrors.MaxLinesPerSecond) + 2, HostErrors.MaxLines + 100);
    }

    private Task RelayAsync(string said) => new HostErrors(7, new MemoryStream(Encoding.UTF8.GetBytes(said)), _clock, _log).RelayAsync();

    private sealed class Lines : ILogger
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Told.Add(formatter(state, exception));
    }
}
