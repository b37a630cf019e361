using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Hosting.Logs;

namespace MiniLambda.Hosting.Tests.Logs;

public sealed partial class JsonLogFormatterTests
{
    [Fact]
    public void A_line_is_an_object_with_the_values_that_the_message_names()
    {
        var line = Written(static logger => LogEnded(logger, "j-1", 2, "", 1.5, "a \"name\"\nof two lines"));
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(
            """{"time":"2026-05-01T12:00:00.007Z","level":"warning","event":77,"name":"Ended","source":"Fleet","message":"job j-1 attempt 2 of  took 1.5: a \"name\"\nof two lines","job":"j-1","attempt":2,"seconds":1.5,"message_":"a \"name\"\nof two lines"}""",
            line.TrimEnd('\n'));
        Assert.Equal(2, json.GetProperty("attempt").GetInt32());
        Assert.Single(line, '\n');
    }

    [Fact]
    public void A_failure_stands_in_a_field_of_its_own()
    {
        var json = JsonDocument.Parse(Written(static logger => LogFailed(logger, new IOException("two\nlines")))).RootElement;
        Assert.Equal(("it failed", "System.IO.IOException: two\nlines"), (json.GetProperty("message").GetString(), json.GetProperty("exception").GetString()));
    }

    [Fact]
    public void What_could_steer_a_terminal_is_escaped() =>
        Assert.DoesNotContain('\u001b', Written(static logger => LogEnded(logger, "\u001b[2J", 1, "x", 0, "")));

    [Fact]
    public void The_journal_finds_the_priority_before_the_object() =>
        Assert.StartsWith("<4>{", Written(static logger => LogEnded(logger, "j", 1, "x", 0, ""), isJournal: true), StringComparison.Ordinal);

    private static string Written(Action<ILogger> log, bool isJournal = false)
    {
        var logger = new Formatting(new JsonLogFormatter(new StoppedClock(), isJournal));
        log(logger);
        return logger.Written;
    }

    [LoggerMessage(77, LogLevel.Warning, "job {Job} attempt {Attempt} of {Tenant} took {Seconds}: {Message}")]
    private static partial void LogEnded(ILogger logger, string job, int attempt, string tenant, double seconds, string message);

    [LoggerMessage(78, LogLevel.Error, "it failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    private sealed class Formatting(JsonLogFormatter formatter) : ILogger
    {
        public string Written { get; private set; } = "";

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> text)
        {
            using var output = new StringWriter { NewLine = "\n" };
            formatter.Write(new LogEntry<TState>(logLevel, "Fleet", eventId, state, exception, text), null, output);
            Written = output.ToString();
        }
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 5, 1, 12, 0, 0, 7, TimeSpan.Zero);
    }
}
