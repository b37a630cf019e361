using System.Drawing;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>A chart that fills its view.</summary>
public sealed class HistoryChart(ActiveTheme theme, GaugeGlyphs glyphs) : View
{
    /// <summary>Nothing is drawn while it is null.</summary>
    public Chart? Chart
    {
        get;
        set
        {
            field = value;
            SetNeedsDraw();
        }
    }

    protected override bool OnClearingViewport()
    {
        SetAttribute(theme.Current[ThemeRole.Plain]);
        return false;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        if (Chart is not null)
            ChartPainter.Paint(this, Viewport with { Location = Point.Empty }, Chart, theme.Current, glyphs);
        return true;
    }
}
