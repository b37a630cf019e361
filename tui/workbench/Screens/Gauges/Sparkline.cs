namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>A curve of one row: a column for each sample, the latest at the right.</summary>
public static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Signs = "_.-=+*#@";

    /// <param name="samples">Oldest first; those that find no room are left out, not a number is a gap.</param>
    /// <param name="ceiling">What the highest glyph stands for; not above 0: the highest sample.</param>
    public static string Render(IReadOnlyList<double> samples, int width, double ceiling = 0, GaugeGlyphs glyphs = GaugeGlyphs.Unicode)
    {
        if (width <= 0)
            return "";
        var levels = glyphs == GaugeGlyphs.Unicode ? Blocks : Signs;
        var first = Math.Max(0, samples.Count - width);
        var top = ceiling > 0 ? ceiling : Ceiling(samples, first);
        var line = new char[Math.Min(width, samples.Count)];
        for (var i = 0; i < line.Length; i++)
        {
            var sample = samples[first + i];
            line[i] = double.IsNaN(sample) ? ' ' : levels[Math.Clamp((int)(sample / top * levels.Length), 0, levels.Length - 1)];
        }

        return new string(line).PadLeft(width);
    }

    /// <summary>The highest of the samples; 1 when none is above 0.</summary>
    internal static double Ceiling(IReadOnlyList<double> samples, int first)
    {
        var top = 0.0;
        for (var i = first; i < samples.Count; i++)
            top = samples[i] > top && double.IsFinite(samples[i]) ? samples[i] : top;
        return top > 0 ? top : 1;
    }
}
