namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>Which lines of a log are shown.</summary>
/// <param name="Text">Part of the line, in either case; after a <c>!</c>, what the line must not have; empty for all.</param>
/// <param name="Attempt">Null for all.</param>
/// <param name="Stream">Null for all.</param>
/// <param name="Least">Lines below it are left out, and those that do not say; <see cref="LogSeverity.Unknown"/> for all.</param>
public sealed record LogFilter(string Text = "", int? Attempt = null, string? Stream = null, LogSeverity Least = LogSeverity.Unknown)
{
    public static LogFilter All { get; } = new();

    public bool Takes(in LogLine line) =>
        (Attempt is null || line.Source.Attempt == Attempt)
        && (Stream is null || line.Source.Stream == Stream)
        && line.Severity >= Least
        && TakesText(line.Text);

    private bool TakesText(string text) => Text switch
    {
        "" or "!" => true,
        ['!', ..] => !text.AsSpan().Contains(Text.AsSpan(1), StringComparison.OrdinalIgnoreCase),
        _ => text.Contains(Text, StringComparison.OrdinalIgnoreCase),
    };
}
