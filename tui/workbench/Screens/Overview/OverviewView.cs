using System.Drawing;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Lines;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overview;

/// <summary>How the cluster is doing and was doing: rates, latency, failures and what waits, in two columns, or one where there is no room.</summary>
public sealed class OverviewView : View
{
    private const int WidthForTwo = 60;
    private const int Gap = 2;

    private readonly ActiveTheme _theme;
    private readonly GaugeGlyphs _glyphs;
    private IReadOnlyList<Chart> _charts = [];

    public OverviewView(ActiveTheme theme, GaugeGlyphs glyphs)
    {
        (_theme, _glyphs) = (theme, glyphs);
        CanFocus = true;
    }

    /// <summary>What is said where charts would be, while there is nothing to draw.</summary>
    public string Placeholder { get; set; } = "measuring…";

    public void Show(OverviewHistory history)
    {
        _charts = history.Samples.IsEmpty ? [] : OverviewCharts.Of(history);
        SetNeedsDraw();
    }

    protected override bool OnClearingViewport()
    {
        SetAttribute(_theme.Current[ThemeRole.Plain]);
        return false;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        if (_charts.Count == 0)
            RowPainter.Paint(this, 0, 0, Viewport.Width, Placeholder, ThemeRole.Muted, _theme.Current);
        var areas = Areas(Viewport.Size, _charts.Count);
        for (var i = 0; i < _charts.Count; i++)
            ChartPainter.Paint(this, areas[i], _charts[i], _theme.Current, _glyphs);
        return true;
    }

    /// <summary>Where so many charts stand, row by row; what does not fit is empty.</summary>
    internal static Rectangle[] Areas(Size size, int count)
    {
        var columns = size.Width >= WidthForTwo ? 2 : 1;
        var rows = (count + columns - 1) / columns;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (row, column) = (i / columns, i % columns);
            var (left, right) = (column * (size.Width + Gap) / columns, (column + 1) * (size.Width + Gap) / columns - Gap);
            var (top, bottom) = (row * size.Height / rows, (row + 1) * size.Height / rows);
            // Charts that are high enough leave a row free between them.
            var isSpaced = bottom - top > 5 && bottom < size.Height;
            return new Rectangle(left, top, right - left, bottom - top - (isSpaced ? 1 : 0));
        })];
    }
}
