using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

using MiniLambda.Hosting.Logs;

namespace MiniLambda.Hosting.Tests.Logs;

public sealed class TextLogFormatterTests
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

    [Fact]
    public void The_journal_is_told_how_bad_it_is_by_its_own_means() =>
        Assert.Equal("<6>Fleet[1501] worker attic joined\n", Written("worker attic joined", isJournal: true));

    private static string Written(string message, Exception? failure = null, bool isJournal = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(LogLevel.Information, "Fleet", new EventId(1501), message, failure, (text, _) => text);
        new TextLogFormatter(new StoppedClock(), isJournal).Write(entry, null, output);
        return output.ToString();
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }
}
