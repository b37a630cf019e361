using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Drawing;
using Terminal.Gui.ViewBase;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace MiniLambda.Workbench.Screens.Panes;

/// <summary>Draws lines on a view.</summary>
internal static class LinePainter
{
    /// <summary>Draws a line, cut to the width, and blanks up to it.</summary>
    /// <param name="skip">Columns that are scrolled off.</param>
    /// <param name="ground">What lies behind it; null for the theme's own.</param>
    /// <param name="isStale">Whether it may no longer be so: it is drawn in one pale role.</param>
    public static void Draw(View view, Theme theme, int x, int y, int width, ScreenLine line, int skip = 0, Attribute? ground = null, bool isStale = false)
    {
        var used = 0;
        foreach (var span in line.Spans)
        {
            var text = span.Text;
            var columns = TextWidth.Of(text);
            if (skip >= columns)
            {
                skip -= columns;
                continue;
            }

            if (skip > 0)
                (text, skip) = (Tail(text, skip), 0);
            text = Cut(text, width - used);
            if (text.Length == 0)
                break;
            view.SetAttribute(On(theme[isStale ? ThemeRole.Stale : span.Role], ground));
            view.AddStr(x + used, y, text);
            used += TextWidth.Of(text);
        }

        if (used < width)
        {
            view.SetAttribute(On(theme[ThemeRole.Plain], ground));
            view.AddStr(x + used, y, new string(' ', width - used));
        }
    }

    /// <summary>A role on another ground than the theme's own.</summary>
    public static Attribute On(Attribute text, Attribute? ground)
    {
        if (ground is not { } behind)
            return text;
        // A theme without colours has only styles to tell a ground from another.
        var style = behind.Background == Color.None ? text.Style ^ behind.Style : text.Style;
        return new Attribute(text.Foreground, behind.Background, style);
    }

    private static string Cut(string text, int width)
    {
        if (width <= 0)
            return "";
        if (TextWidth.Of(text) <= width)
            return text;
        var (end, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var columns = TextWidth.Of(rune.ToString());
            if (used + columns > width)
                break;
            used += columns;
            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }

    private static string Tail(string text, int skip)
    {
        var (start, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (used >= skip)
                break;
            used += TextWidth.Of(rune.ToString());
            start += rune.Utf16SequenceLength;
        }

        return new string(' ', Math.Max(0, used - skip)) + text[start..];
    }
}
