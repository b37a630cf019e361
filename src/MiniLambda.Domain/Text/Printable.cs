using System.Globalization;

namespace MiniLambda.Domain.Text;

/// <summary>Makes text from outside fit to stand in a message: one line, no control characters, not long.</summary>
public static class Printable
{
    /// <summary>UTF-16 units that are shown at most.</summary>
    public const int MaxLength = 100;

    public static string Of(string text)
    {
        if (text.Length <= MaxLength)
            return text.Any(IsUnprintable) ? string.Concat(text.Select(Shown)) : text;
        var length = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return string.Concat(text.Take(length).Select(Shown)) + "…";
    }

    private static char Shown(char c) => IsUnprintable(c) ? '\ufffd' : c;

    // Format characters can turn a line's direction around; escape sequences can do anything to a terminal.
    private static bool IsUnprintable(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
