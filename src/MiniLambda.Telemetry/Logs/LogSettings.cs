namespace MiniLambda.Telemetry.Logs;

/// <summary>How a daemon writes its log.</summary>
public enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text = 1,

    /// <summary>A line that is one JSON object; LOGS.md names its fields and the events.</summary>
    Json,
}

/// <summary>What is logged.</summary>
public enum LogVerbosity
{
    /// <summary>Also every change of a job.</summary>
    Debug = 1,

    /// <summary>Also what goes as it should.</summary>
    Information,

    /// <summary>What somebody should look at.</summary>
    Warning,

    /// <summary>What failed.</summary>
    Error,
}

/// <summary>The settings of a daemon that its log goes by.</summary>
public interface ILogSettings
{
    LogFormat LogFormat { get; }

    /// <summary>Read again from the configuration on SIGHUP.</summary>
    LogVerbosity LogLevel { get; }
}
