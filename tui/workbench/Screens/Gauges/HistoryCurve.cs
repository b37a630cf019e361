namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>A curve of several rows, the latest sample at the right.</summary>
public static class HistoryCurve
{
    public const int SamplesPerColumn = 2;

    /// <summary>Samples that a curve of so many columns shows.</summary>
    public static int Capacity(int width, GaugeGlyphs glyphs = GaugeGlyphs.Unicode) =>
        Math.Max(0, width) * (glyphs == GaugeGlyphs.Unicode ? SamplesPerColumn : 1);

    /// <summary>Draws one curve; the area below it is filled.</summary>
    /// <param name="samples">Oldest first; not a number is a gap.</param>
    /// <param name="ceiling">What the upper edge stands for; not above 0: the highest sample that is seen.</param>
    /// <returns>So many rows of so many columns, the uppermost first.</returns>
    public static string[] Render(IReadOnlyList<double> samples, int width, int height, double ceiling = 0, GaugeGlyphs glyphs = GaugeGlyphs.Unicode)
    {
        var cells = new CurveCells(width, height, glyphs);
        cells.Draw(samples, 0, ceiling > 0 ? ceiling : CeilingOf(samples, width, glyphs), isFilled: true);
        return cells.Rows();
    }

    /// <summary>The highest sample that a curve of this width shows; 1 when none is above 0.</summary>
    public static double CeilingOf(IReadOnlyList<double> samples, int width, GaugeGlyphs glyphs = GaugeGlyphs.Unicode) =>
        Sparkline.Ceiling(samples, Math.Max(0, samples.Count - Capacity(width, glyphs)));
}
