using System.Text;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Lines;

/// <summary>Draws a row of text whose characters have roles.</summary>
public static class RowPainter
{
    /// <summary>Draws the cells that fall into the columns from <paramref name="left"/> on; what only half fits is blank.</summary>
    /// <param name="x">Column of the view where <paramref name="left"/> is drawn.</param>
    /// <param name="width">Columns of the view that may be drawn to.</param>
    /// <param name="roles">One for each UTF-16 unit of the text.</param>
    public static void Paint(
        View view, int x, int y, int width, string text, ReadOnlySpan<TextCell> cells, int left, ReadOnlySpan<ThemeRole> roles, Theme theme)
    {
        var run = new StringBuilder();
        var (runStart, runRole) = (0, ThemeRole.Plain);
        foreach (var cell in cells)
        {
            if (cell.End <= left)
                continue;
            if (cell.Column >= left + width)
                break;
            var isWhole = cell.Column >= left && cell.End <= left + width;
            var (from, to) = (Math.Max(cell.Column, left), Math.Min(cell.End, left + width));
            var role = roles[cell.Index];
            if (run.Length == 0 || role != runRole)
            {
                Flush();
                (runStart, runRole) = (from, role);
            }

            run.Append(isWhole ? cell.Glyph(text) : new string(' ', to - from));
        }

        Flush();

        void Flush()
        {
            if (run.Length == 0)
                return;
            view.SetAttribute(theme[runRole]);
            view.AddStr(x + runStart - left, y, run.ToString());
            run.Clear();
        }
    }

    /// <summary>Draws one text in one role, cut to a width; returns the columns used.</summary>
    public static int Paint(View view, int x, int y, int width, string text, ThemeRole role, Theme theme)
    {
        if (width <= 0 || text.Length == 0)
            return 0;
        var cells = new List<TextCell>(text.Length);
        TextCell.Layout(text, cells);
        var roles = new ThemeRole[text.Length];
        Array.Fill(roles, role);
        Paint(view, x, y, width, text, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(cells), 0, roles, theme);
        return Math.Min(width, cells[^1].End);
    }
}
