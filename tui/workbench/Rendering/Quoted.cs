namespace MiniLambda.Workbench.Rendering;

/// <summary>Arguments as a shell reads them.</summary>
public static class Quoted
{
    private const string Plain = "@%+=:,./_-";

    /// <summary>The argument itself where a shell takes it as it is, else in single quotes (POSIX shell, 2.2.2).</summary>
    public static string Argument(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
