using Microsoft.Extensions.Logging;

namespace MiniLambda.Hosting.Logs;

/// <summary>The prefix by which the journal learns how bad a line is (sd-daemon(3)); it takes it off.</summary>
internal static class JournalPriority
{
    /// <summary>Whether systemd put the journal behind this process's streams.</summary>
    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };

    public static string Of(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "<7>",
        LogLevel.Information => "<6>",
        LogLevel.Warning => "<4>",
        LogLevel.Error => "<3>",
        _ => "<2>",
    };
}
