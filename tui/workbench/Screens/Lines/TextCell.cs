using System.Globalization;
using System.Text;
using Terminal.Gui.Text;

namespace MiniLambda.Workbench.Screens.Lines;

/// <summary>One character of a line as it stands on the screen.</summary>
/// <param name="Index">Where it begins in the line, in UTF-16 units.</param>
/// <param name="Length">UTF-16 units of it: marks that stand on a character belong to it.</param>
/// <param name="Column">Columns of the screen before it.</param>
/// <param name="Width">Columns that it takes: 1 or 2, for a tab up to the next stop.</param>
public readonly record struct TextCell(int Index, int Length, int Column, int Width)
{
    public const int TabWidth = 8;

    /// <summary>Column after this character.</summary>
    public int End => Column + Width;

    /// <summary>Lays a line out from column 0; clears what was in the list.</summary>
    public static void Layout(string text, List<TextCell> cells, int tabWidth = TabWidth)
    {
        cells.Clear();
        var column = 0;
        for (var index = 0; index < text.Length;)
        {
            var (length, width) = Measure(text, index, column, tabWidth);
            cells.Add(new TextCell(index, length, column, width));
            index += length;
            column += width;
        }
    }

    /// <summary>Where the lines of the screen begin, as numbers of cells, when no more than <paramref name="width"/> columns fit; at least one line.</summary>
    public static void Wrap(List<TextCell> cells, int width, List<int> starts)
    {
        starts.Clear();
        starts.Add(0);
        var left = 0;
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i].End - left <= width || i == starts[^1])
                continue;
            starts.Add(i);
            left = cells[i].Column;
        }
    }

    /// <summary>What is drawn for the cell: what could steer a terminal, or takes no room, is drawn as a sign that does neither.</summary>
    public string Glyph(string text)
    {
        var first = text[Index];
        if (first == '\t')
            return new string(' ', Width);
        if (first < ' ')
            return ((char)('\u2400' + first)).ToString();
        if (first == '\u007f')
            return "\u2421";
        return IsDrawn(text.AsSpan(Index, Length)) ? text.Substring(Index, Length) : "\ufffd";
    }

    private static (int Length, int Width) Measure(string text, int index, int column, int tabWidth)
    {
        var c = text[index];
        if (c == '\t')
            return (1, tabWidth - column % tabWidth);
        if (char.IsAscii(c) && (index + 1 == text.Length || char.IsAscii(text[index + 1])))
            return (1, 1);
        var length = StringInfo.GetNextTextElementLength(text, index);
        if (!IsDrawn(text.AsSpan(index, length)))
            return (length, 1);
        return (length, Math.Clamp(text.Substring(index, length).GetColumns(), 1, 2));
    }

    private static bool IsDrawn(ReadOnlySpan<char> element)
    {
        Rune.DecodeFromUtf16(element, out var first, out _);
        if (first == Rune.ReplacementChar)
            return false;
        return Rune.GetUnicodeCategory(first) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark);
    }
}
