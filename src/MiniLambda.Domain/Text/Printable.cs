using System.Globalization;
using System.Text;

namespace MiniLambda.Domain.Text;

/// <summary>
/// Makes text from outside fit for a message and a terminal: what could steer one (control characters, so every escape sequence; marks that turn the
/// direction of text or that nobody sees; line separators) is shown as <c>\x1b</c>, <c>\u202e</c> and the like.
/// </summary>
public static class Printable
{
    /// <summary>UTF-16 units of a name that are shown at most.</summary>
    public const int MaxLength = 100;

    /// <summary>UTF-16 units of a line that <see cref="Line(string, int)"/> shows at most where somebody else keeps it.</summary>
    public const int MaxLineLength = 500;

    /// <summary>For a name or a value within a message: one line, not long.</summary>
    public static string Of(string text) => Line(text, MaxLength);

    /// <summary>For one line or one cell; a tab is a space.</summary>
    /// <param name="maxLength">UTF-16 units of the text that are shown; a longer one ends in an ellipsis.</param>
    public static string Line(string text, int maxLength = int.MaxValue)
    {
        if (text.Length > maxLength)
            return Line(text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)]) + "…";
        if (!text.EnumerateRunes().Any(IsSteering))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\t')
                line.Append(' ');
            else
                Append(line, rune);
        }

        return line.ToString();
    }

    /// <summary>Appends a character, or how it is shown.</summary>
    public static void Append(StringBuilder text, Rune rune)
    {
        if (!IsSteering(rune))
            text.Append(rune.ToString());
        else if (rune.Value < 0x100)
            text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        else
            text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
    }

    // Emoji and Persian are written with the two joiners, which only join what stands beside them.
    private static bool IsSteering(Rune rune) => rune.Value is not (0x200C or 0x200D) && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
