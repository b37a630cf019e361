using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using MiniLambda.Domain.Text;

namespace MiniLambda.Hosting;

/// <summary>
/// Writes an event as one line: when (UTC), how bad, who says it, what. What came from elsewhere, such as the name of a worker, cannot begin a line of
/// its own or steer the terminal of whoever reads the log.
/// </summary>
internal sealed class DaemonLogFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "daemon";

    public DaemonLogFormatter()
        : this(TimeProvider.System)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Word(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {message}");
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
