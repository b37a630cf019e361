using MiniLambda.Domain.Toml;

namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>The part of a line that is underlined for an error.</summary>
/// <param name="Line">From 0.</param>
/// <param name="Start">UTF-16 units before it.</param>
/// <param name="End">After its last unit; one beyond the line's end where something is missing there.</param>
public readonly record struct FaultSpan(int Line, int Start, int End, string Message)
{
    /// <summary>From where the error says to the end of the word or the string that begins there.</summary>
    public static FaultSpan Of(TextError error, IReadOnlyList<string> lines)
    {
        var line = Math.Clamp(error.Line - 1, 0, lines.Count - 1);
        var text = lines[line];
        var start = error.Line > lines.Count ? text.Length : Math.Clamp(error.Column - 1, 0, text.Length);
        if (start == text.Length)
            return new FaultSpan(line, start, start + 1, error.Message);
        return new FaultSpan(line, start, text[start] is '"' or '\'' ? EndOfString(text, start) : EndOfWord(text, start), error.Message);
    }

    private static int EndOfString(string text, int start)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] == '\\' && text[start] == '"')
                at++;
            else if (text[at] == text[start])
                return at + 1;
        }

        return text.Length;
    }

    private static int EndOfWord(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.'))
            end++;
        return end;
    }
}
