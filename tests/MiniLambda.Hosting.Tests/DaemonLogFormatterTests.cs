using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MiniLambda.Hosting.Tests;

public sealed class DaemonLogFormatterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, 7, TimeSpan.Zero);

    [Fact]
    public void An_event_is_one_line_with_when_and_who() =>
        Assert.Equal("2026-05-01T12:00:00.007Z info: Fleet[1501] worker attic joined\n", Written("worker attic joined"));

    [Fact]
    public void What_came_from_elsewhere_neither_begins_a_line_nor_steers_the_terminal() => Assert.Equal(
        @"2026-05-01T12:00:00.007Z info: Fleet[1501] worker a\x0a2026 crit: \x1b[2J joined" + "\n", Written("worker a\n2026 crit: \u001b[2J joined"));

    [Fact]
    public void A_failure_stands_in_the_line_of_its_event() => Assert.Equal(
        "2026-05-01T12:00:00.007Z info: Fleet[1501] it failed System.IO.IOException: two lines\n", Written("it failed", new IOException("two\nlines")));

    private static string Written(string message, Exception? failure = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(LogLevel.Information, "Fleet", new EventId(1501), message, failure, (text, _) => text);
        new DaemonLogFormatter(new StoppedClock()).Write(entry, null, output);
        return output.ToString();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }
}
