using System.Globalization;
using System.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>How many columns of a terminal a text takes.</summary>
public static class TextWidth
{
    /// <summary>
    /// Blocks whose characters take two columns: wide and fullwidth ones of Unicode Standard Annex 11 (East Asian Width), by block, first and last.
    /// </summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x23E9, 0x23EC), (0x26A1, 0x26A1), (0x2705, 0x2705), (0x2728, 0x2728), (0x274C, 0x274C),
        (0x2B50, 0x2B50), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA960, 0xA97F),
        (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF),
        (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    public static int Of(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Of(rune);
        return width;
    }

    /// <summary>As much of a line as fits, its colours (<see cref="Tones"/>) taking no room; one that is cut ends in an ellipsis.</summary>
    public static string Clip(string line, int columns)
    {
        if (Visible(line) <= columns)
            return line;
        var clipped = new StringBuilder();
        var (width, isColored) = (0, false);
        for (var at = 0; at < line.Length;)
        {
            if (line[at] == '\u001b' && line.IndexOf('m', at) is var end and > 0)
            {
                clipped.Append(line, at, end + 1 - at);
                isColored = line[end - 1] != '0' || line[end - 2] != '[';
                at = end + 1;
                continue;
            }

            if (!Rune.TryGetRuneAt(line, at, out var rune))
                rune = Rune.ReplacementChar;
            // The last column is the ellipsis's.
            if (width + Of(rune) > columns - 1)
                return clipped.Append(columns > 0 ? "…" : "").Append(isColored ? "\u001b[0m" : "").ToString();
            clipped.Append(rune.ToString());
            width += Of(rune);
            at += rune.Utf16SequenceLength;
        }

        return clipped.ToString();
    }

    private static int Visible(ReadOnlySpan<char> text)
    {
        var width = 0;
        while (!text.IsEmpty)
        {
            if (text[0] == '\u001b' && text.IndexOf('m') is var end and > 0)
            {
                text = text[(end + 1)..];
                continue;
            }

            Rune.DecodeFromUtf16(text, out var rune, out var length);
            width += Of(rune);
            text = text[length..];
        }

        return width;
    }

    private static int Of(Rune rune)
    {
        if (rune.IsAscii)
            return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            return 0;
        return Array.Exists(Wide, block => rune.Value >= block.First && rune.Value <= block.Last) ? 2 : 1;
    }
}
