using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using MiniLambda.Domain.Text;

namespace MiniLambda.Hosting.Logs;

/// <summary>
/// Writes an event as one line: when (UTC), how bad, who says it, what. What came from elsewhere, such as the name of a worker, cannot begin a line of
/// its own or steer the terminal of whoever reads the log. In the journal, which knows when and how bad by itself, the line has neither.
/// </summary>
internal sealed class TextLogFormatter(TimeProvider clock, bool isJournal) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "daemon";

    public TextLogFormatter()
        : this(TimeProvider.System, JournalPriority.IsWanted)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var begin = isJournal
            ? JournalPriority.Of(logEntry.LogLevel)
            : string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Word(logEntry.LogLevel)}: ");
        var line = string.Create(CultureInfo.InvariantCulture, $"{begin}{logEntry.Category}[{logEntry.EventId.Id}] {message}");
        // A stack trace is many lines by its nature: they are folded into this one.
        if (logEntry.Exception is { } exception)
            line += " " + exception.ToString().ReplaceLineEndings(" ");
        textWriter.WriteLine(Printable.Line(line));
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
