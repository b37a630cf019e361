namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>Finds the level that a line of a log bears, as common loggers write it.</summary>
public static class SeverityGuess
{
    // Beyond that stands the message, which may speak of errors without being one.
    private const int Reach = 80;

    /// <summary>A level counts in capitals (<c>ERROR</c>), in brackets (<c>[warn]</c>), before a colon (<c>error: …</c>) or as a value (<c>level=info</c>).</summary>
    public static LogSeverity Of(ReadOnlySpan<char> line)
    {
        line = line[..Math.Min(line.Length, Reach)];
        for (var i = 0; i < line.Length; i++)
        {
            if (!char.IsAsciiLetter(line[i]))
                continue;
            var start = i;
            while (i < line.Length && char.IsAsciiLetter(line[i]))
                i++;
            var word = line[start..i];
            var severity = Named(word);
            if (severity == LogSeverity.Unknown)
                continue;
            var before = start > 0 ? line[start - 1] : ' ';
            var after = i < line.Length ? line[i] : ' ';
            if (!word.ContainsAnyInRange('a', 'z') || before is '[' or '<' or '=' or '"' || after is ':' or ']' or '>' or '!')
                return severity;
        }

        return LogSeverity.Unknown;
    }

    private static LogSeverity Named(ReadOnlySpan<char> word)
    {
        if (word.Length is < 3 or > 8)
            return LogSeverity.Unknown;
        Span<char> name = stackalloc char[word.Length];
        word.ToLowerInvariant(name);
        return name switch
        {
            "error" or "err" or "fatal" or "critical" or "crit" or "panic" or "fail" or "failure" => LogSeverity.Error,
            "warn" or "warning" or "wrn" => LogSeverity.Warning,
            "info" or "inf" or "notice" => LogSeverity.Info,
            "debug" or "dbg" => LogSeverity.Debug,
            "trace" or "trc" or "verbose" => LogSeverity.Trace,
            _ => LogSeverity.Unknown,
        };
    }
}
