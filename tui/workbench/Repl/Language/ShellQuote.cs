namespace MiniLambda.Workbench.Repl.Language;

/// <summary>Writes arguments so that the REPL, and a POSIX shell, read them back as they are.</summary>
internal static class ShellQuote
{
    private const string Harmless = "-_./:=,@%+^";

    /// <summary>One argument: as it is, or in quotes.</summary>
    public static string Of(string argument) =>
        argument.Length > 0 && argument.All(IsHarmless)
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>One argument with backslashes before what is not harmless: within a word that stands there already, quotes would not do.</summary>
    public static string Escape(string argument) => string.Concat(argument.Select(c => IsHarmless(c) ? $"{c}" : $"\\{c}"));

    public static string Of(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Of));

    private static bool IsHarmless(char c) => char.IsLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal);
}
