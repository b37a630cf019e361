using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using MiniLambda.Telemetry.Logs;

namespace MiniLambda.Hosting.Logs;

/// <summary>The least that this process logs; may be changed while it runs.</summary>
public sealed class LogThreshold : IOptionsChangeTokenSource<LoggerFilterOptions>
{
    private LogLevel _level = LogLevel.Information;
    private ConfigurationReloadToken _changed = new();

    /// <summary>The process's own: a process has one log.</summary>
    public static LogThreshold OfProcess { get; } = new();

    string IOptionsChangeTokenSource<LoggerFilterOptions>.Name => Options.DefaultName;

    public LogLevel Level
    {
        get => _level;
        set
        {
            if (_level == value)
                return;
            _level = value;
            // Loggers keep what they may write, and look it up anew when they are told.
            Interlocked.Exchange(ref _changed, new ConfigurationReloadToken()).OnReload();
        }
    }

    public static LogLevel Of(LogVerbosity verbosity) => verbosity switch
    {
        LogVerbosity.Debug => LogLevel.Debug,
        LogVerbosity.Warning => LogLevel.Warning,
        LogVerbosity.Error => LogLevel.Error,
        _ => LogLevel.Information,
    };

    IChangeToken IOptionsChangeTokenSource<LoggerFilterOptions>.GetChangeToken() => Volatile.Read(ref _changed);
}
