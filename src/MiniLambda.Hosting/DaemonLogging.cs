using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace MiniLambda.Hosting;

/// <summary>How the daemons log: one line an event, to stderr, so that stdout holds the ready line alone.</summary>
public static class DaemonLogging
{
    /// <summary>Logs from <see cref="LogLevel.Information"/>; what the frameworks say of each request is left out.</summary>
    public static ILoggingBuilder AddDaemonLog(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);
        // Why a host did not start is told once, by whoever started it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConsole(console =>
        {
            console.FormatterName = DaemonLogFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<DaemonLogFormatter, ConsoleFormatterOptions>();
        return logging;
    }
}
