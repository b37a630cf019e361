using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>A bar that says how full something is, to an eighth of a character.</summary>
public static class LoadBar
{
    /// <summary>From here on a load is worth a look.</summary>
    public const double Middle = 0.7;

    /// <summary>From here on it is a worry.</summary>
    public const double High = 0.9;

    private const string Eighths = " ▏▎▍▌▋▊▉█";

    /// <param name="fraction">From 0 to 1, what lies outside counts as the nearer end; not a number when it is not known.</param>
    /// <param name="width">Columns; 0 gives an empty text.</param>
    public static string Render(double fraction, int width, GaugeGlyphs glyphs = GaugeGlyphs.Unicode)
    {
        if (width <= 0)
            return "";
        if (double.IsNaN(fraction))
            return new string(glyphs == GaugeGlyphs.Unicode ? '·' : '.', width);
        fraction = Math.Clamp(fraction, 0, 1);
        if (glyphs == GaugeGlyphs.Ascii)
            return new string('#', (int)Math.Round(fraction * width)).PadRight(width, '-');
        // What is not nothing is seen, and what is not everything leaves a gap.
        var eighths = (int)Math.Round(fraction * width * 8);
        eighths = fraction > 0 ? Math.Max(1, eighths) : 0;
        eighths = fraction < 1 ? Math.Min(width * 8 - 1, eighths) : width * 8;
        var bar = new string('█', eighths / 8);
        return (eighths % 8 == 0 ? bar : bar + Eighths[eighths % 8]).PadRight(width);
    }

    public static ThemeRole RoleOf(double fraction) => fraction switch
    {
        double.NaN => ThemeRole.Muted,
        >= High => ThemeRole.High,
        >= Middle => ThemeRole.Middle,
        _ => ThemeRole.Low,
    };

    /// <summary>The same for what is bad when it runs out, such as a battery.</summary>
    public static ThemeRole RoleOfStock(double fraction) => RoleOf(1 - fraction);
}
