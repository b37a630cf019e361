using CsCheck;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Tests.Screens.Gauges;

public sealed class CurveTests
{
    [Theory]
    [InlineData(new double[] { 0, 1, 2, 3, 4, 5, 6, 7 }, 8, "▁▂▃▄▅▆▇█")]
    [InlineData(new double[] { 1, 2 }, 5, "   ▅█")]
    [InlineData(new double[] { 9, 9, 0, 1 }, 2, "▁█")]
    [InlineData(new[] { 1, double.NaN, 1 }, 3, "█ █")]
    [InlineData(new double[] { 0, 0 }, 2, "▁▁")]
    [InlineData(new double[0], 3, "   ")]
    public void A_sparkline_has_a_column_a_sample(double[] samples, int width, string line) => Assert.Equal(line, Sparkline.Render(samples, width));

    [Fact]
    public void A_sparkline_can_have_a_scale_of_its_own() => Assert.Equal("▁▅█", Sparkline.Render([0, 0.5, 3], 3, ceiling: 1));

    [Fact]
    public void A_curve_fills_the_area_below_it() => Assert.Equal(
        [
            "  ⢀⣾",
            "⢀⣴⣿⣿",
        ],
        HistoryCurve.Render([0, 1, 2, 3, 4, 6, 7], 4, 2, ceiling: 7));

    [Fact]
    public void A_curve_can_be_plain_ascii() =>
        Assert.Equal([" .|", ".||"], HistoryCurve.Render([1, 5, 7], 3, 2, ceiling: 7, GaugeGlyphs.Ascii));

    [Fact]
    public void Every_curve_fills_its_rectangle() => Gen.Select(
        Gen.OneOf(Gen.Double, Gen.Const(double.NaN), Gen.Const(double.PositiveInfinity)).Array[0, 40], Gen.Int[0, 12], Gen.Int[0, 5], Gen.Enum<GaugeGlyphs>())
        .Sample((samples, width, height, glyphs) =>
        {
            Assert.All(HistoryCurve.Render(samples, width, height, 0, glyphs), row => Assert.Equal(width, row.Length));
            Assert.Equal(width, Sparkline.Render(samples, width, 0, glyphs).Length);
        });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.3, 0.3)]
    [InlineData(0.31, 0.5)]
    [InlineData(1, 1)]
    [InlineData(17, 20)]
    [InlineData(201, 300)]
    [InlineData(double.NaN, 1)]
    public void Scales_end_in_round_numbers(double highest, double ceiling) => Assert.Equal(ceiling, Chart.RoundUp(highest), 9);

    [Fact]
    public void A_chart_says_what_it_shows_how_much_and_since_when()
    {
        var samples = Enumerable.Range(0, 100).Select(i => (double)i).ToArray();
        using var view = new ChartAlone(new Chart("CPU", [new ChartCurve("", samples, ThemeRole.FirstCurve)], v => $"{v:0}%", TimeSpan.FromSeconds(1), 100));
        using var screen = new ViewOnScreen(view, 30, 5);
        Assert.Equal("CPU  99%", screen.Rows[0]);
        Assert.StartsWith("100%", screen.Rows[1], StringComparison.Ordinal);
        Assert.StartsWith("   0", screen.Rows[3], StringComparison.Ordinal);
        Assert.Equal("     -50 s                 now", screen.Rows[4]);
        Assert.EndsWith("⣿", screen.Rows[3], StringComparison.Ordinal);
    }

    private sealed class ChartAlone(Chart chart) : View
    {
        protected override bool OnDrawingContent(DrawContext? context)
        {
            ChartPainter.Paint(this, Viewport, chart, Themes.Dark, GaugeGlyphs.Unicode);
            return true;
        }
    }
}
