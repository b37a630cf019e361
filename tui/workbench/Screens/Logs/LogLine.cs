namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>One line of a log, safe to be drawn.</summary>
/// <param name="At">When its first byte was written.</param>
/// <param name="Severity">What the line says of itself; for an indented one, what the line above said.</param>
/// <param name="IsContinuation">The line before this one was too long, and was cut here.</param>
public readonly record struct LogLine(string Text, DateTimeOffset At, LogSource Source, LogSeverity Severity, bool IsContinuation);
