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

    private static int Of(Rune rune)
    {
        if (rune.IsAscii)
            return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            return 0;
        return Array.Exists(Wide, block => rune.Value >= block.First && rune.Value <= block.Last) ? 2 : 1;
    }
}
