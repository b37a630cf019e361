using MiniLambda.Workbench.Screens.Lines;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>One row: a name, a bar, a percentage, and what it is of.</summary>
public sealed class LoadGauge : View
{
    private readonly ActiveTheme _theme;
    private readonly GaugeGlyphs _glyphs;
    private (string Label, double Fraction, string Detail, bool IsStock) _shown = ("", double.NaN, "", false);

    public LoadGauge(ActiveTheme theme, GaugeGlyphs glyphs)
    {
        (_theme, _glyphs) = (theme, glyphs);
        Height = 1;
        Width = Dim.Fill();
    }

    /// <summary>Columns for the name.</summary>
    public int LabelWidth { get; init; } = 8;

    /// <summary>What is shown is of some time ago.</summary>
    public bool IsStale
    {
        get;
        set
        {
            field = value;
            SetNeedsDraw();
        }
    }

    /// <param name="fraction">From 0 to 1; not a number when it is not known.</param>
    /// <param name="detail">Such as <c>3.1 of 8 GiB</c>.</param>
    /// <param name="isStock">It is bad when it runs out, not when it is full.</param>
    public void Show(string label, double fraction, string detail = "", bool isStock = false)
    {
        var shown = (label, fraction, detail, isStock);
        if (shown.Equals(_shown))
            return;
        _shown = shown;
        SetNeedsDraw();
    }

    protected override bool OnClearingViewport()
    {
        SetAttribute(_theme.Current[ThemeRole.Plain]);
        return false;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        var (label, fraction, detail, isStock) = _shown;
        var width = Viewport.Width;
        var usual = IsStale ? ThemeRole.Stale : ThemeRole.Plain;
        RowPainter.Paint(this, 0, 0, Math.Min(width, LabelWidth), label, usual, _theme.Current);
        var room = width - LabelWidth - (detail.Length == 0 ? 0 : detail.Length + 1);
        // A bar is worth more than what it is of.
        if (room < 8)
            (room, detail) = (width - LabelWidth, "");
        var role = IsStale ? ThemeRole.Stale : isStock ? LoadBar.RoleOfStock(fraction) : LoadBar.RoleOf(fraction);
        var x = LabelWidth + RowPainter.Paint(this, LabelWidth, 0, room, LoadBar.WithPercent(fraction, room, _glyphs), role, _theme.Current);
        RowPainter.Paint(this, x + 1, 0, width - x - 1, detail, ThemeRole.Muted, _theme.Current);
        return true;
    }
}
