using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using MiniLambda.Telemetry.Logs;

namespace MiniLambda.Hosting.Logs;

/// <summary>How the daemons log: one line an event, to stderr, so that stdout holds the ready line alone.</summary>
public static class DaemonLogging
{
    /// <summary>Logs as the settings say; what the frameworks say of each request is left out.</summary>
    public static ILoggingBuilder AddDaemonLog(this ILoggingBuilder logging, ILogSettings settings)
    {
        LogThreshold.OfProcess.Level = LogThreshold.Of(settings.LogLevel);
        return logging.AddDaemonLog(settings.LogFormat, LogThreshold.OfProcess);
    }

    /// <param name="threshold">May be changed at any time.</param>
    public static ILoggingBuilder AddDaemonLog(this ILoggingBuilder logging, LogFormat format, LogThreshold threshold)
    {
        logging.ClearProviders();
        logging.Services.Configure<LoggerFilterOptions>(filter => filter.MinLevel = threshold.Level);
        logging.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(threshold);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);
        // Why a host did not start is told once, by whoever started it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConsole(console =>
        {
            console.FormatterName = format == LogFormat.Json ? JsonLogFormatter.FormatterName : TextLogFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<TextLogFormatter, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        return logging;
    }
}
