using System.Drawing;
using MiniLambda.Workbench.Screens.Lines;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>Draws a chart into a part of a view: a title with the latest values, the curves with their scale, and how far back they go.</summary>
public static class ChartPainter
{
    // Below it there is room for the title alone.
    private const int LeastHeight = 2;
    private const int HeightForSpan = 4;

    public static void Paint(View view, Rectangle area, Chart chart, Theme theme, GaugeGlyphs glyphs)
    {
        if (area.Width <= 0 || area.Height <= 0)
            return;
        PaintTitle(view, area, chart, theme);
        if (area.Height < LeastHeight)
            return;
        var rows = area.Height - 1 - (area.Height >= HeightForSpan ? 1 : 0);
        var guess = chart.Curves.Select(c => HistoryCurve.CeilingOf(c.Samples, area.Width, glyphs)).DefaultIfEmpty(1).Max();
        var ceiling = chart.Ceiling > 0 ? chart.Ceiling : Chart.RoundUp(guess);
        var label = chart.Format(ceiling);
        var x = area.Width >= 4 * (label.Length + 1) ? label.Length + 1 : 0;
        var width = area.Width - x;

        var cells = new CurveCells(width, rows, glyphs);
        for (var i = chart.Curves.Count - 1; i >= 0; i--)
            cells.Draw(chart.Curves[i].Samples, i, ceiling, isFilled: chart.Curves.Count == 1);
        PaintCurves(view, new Rectangle(area.X + x, area.Y + 1, width, rows), chart, cells, theme);
        if (x > 0)
        {
            RowPainter.Paint(view, area.X, area.Y + 1, x, label, ThemeRole.Muted, theme);
            if (rows > 1)
                RowPainter.Paint(view, area.X, area.Y + rows, x, "0".PadLeft(label.Length), ThemeRole.Muted, theme);
        }

        if (area.Height >= HeightForSpan)
        {
            var span = $"-{Chart.Span(chart.Interval * HistoryCurve.Capacity(width, glyphs))}";
            RowPainter.Paint(view, area.X + x, area.Bottom - 1, width, span.PadRight(Math.Max(0, width - 3)) + "now", ThemeRole.Muted, theme);
        }
    }

    private static void PaintTitle(View view, Rectangle area, Chart chart, Theme theme)
    {
        var x = RowPainter.Paint(view, area.X, area.Y, area.Width, chart.Title, ThemeRole.Heading, theme);
        foreach (var curve in chart.Curves)
        {
            var last = curve.Samples.Count == 0 ? double.NaN : curve.Samples[^1];
            var value = $"  {(curve.Name.Length == 0 ? "" : curve.Name + " ")}{(double.IsNaN(last) ? "-" : chart.Format(last))}";
            x += RowPainter.Paint(view, area.X + x, area.Y, area.Width - x, value, curve.Role, theme);
        }
    }

    private static void PaintCurves(View view, Rectangle area, Chart chart, CurveCells cells, Theme theme)
    {
        var rows = cells.Rows();
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < rows[row].Length;)
            {
                var (start, curve) = (column, cells.CurveAt(row, column));
                while (column < rows[row].Length && cells.CurveAt(row, column) == curve)
                    column++;
                view.SetAttribute(theme[chart.Curves.Count == 0 ? ThemeRole.Muted : chart.Curves[curve].Role]);
                view.AddStr(area.X + start, area.Y + row, rows[row][start..column]);
            }
        }
    }
}
