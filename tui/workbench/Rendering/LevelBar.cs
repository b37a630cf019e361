using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>How full something is, in eighths of a character, and how it went.</summary>
public static class LevelBar
{
    private const string Eighths = "▏▎▍▌▋▊▉█";
    private const string Heights = "▁▂▃▄▅▆▇█";

    /// <param name="fraction">0 to 1.</param>
    public static string Of(double fraction, int width)
    {
        var units = (int)Math.Round(Math.Clamp(fraction, 0, 1) * width * 8);
        var bar = new string('█', units / 8) + (units % 8 > 0 ? $"{Eighths[units % 8 - 1]}" : "");
        return bar.PadRight(width);
    }

    /// <summary>The newest samples as a curve of one row, 0 to <paramref name="max"/>.</summary>
    public static string Curve(IReadOnlyList<double> samples, int width, double max)
    {
        var seen = samples.Skip(Math.Max(0, samples.Count - width)).Select(s => Heights[Math.Clamp((int)(s / Math.Max(max, 1e-9) * 8), 0, 7)]);
        return string.Concat(seen).PadLeft(width);
    }

    public static ThemeRole Role(double fraction) => fraction switch
    {
        < 0.6 => ThemeRole.Low,
        < 0.85 => ThemeRole.Middle,
        _ => ThemeRole.High,
    };
}
