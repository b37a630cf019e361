using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>One measure of a chart.</summary>
/// <param name="Samples">Oldest first; not a number is a gap.</param>
public sealed record ChartCurve(string Name, IReadOnlyList<double> Samples, ThemeRole Role);

/// <summary>Measures that share one scale from 0 up.</summary>
/// <param name="Format">How a value of them is written.</param>
/// <param name="Interval">Between two samples.</param>
/// <param name="Ceiling">What the upper edge stands for; 0 for a round number above all that is seen.</param>
public sealed record Chart(string Title, IReadOnlyList<ChartCurve> Curves, Func<double, string> Format, TimeSpan Interval, double Ceiling = 0)
{
    /// <summary>The next of 1, 2, 3, 5, 10, 20, 30 … that is not below a value; 1 for what is not above 0.</summary>
    public static double RoundUp(double value)
    {
        if (!(value > 0) || !double.IsFinite(value))
            return 1;
        var decade = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var step in (ReadOnlySpan<int>)[1, 2, 3, 5, 10])
        {
            // What is off by less than a rounding error counts as reached.
            if (value <= step * decade * (1 + 1e-9))
                return step * decade;
        }

        return 10 * decade;
    }

    /// <summary>A span as short as can be, such as <c>5 min</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 120 } => $"{span.TotalSeconds:0} s",
        { TotalMinutes: < 120 } => $"{span.TotalMinutes:0} min",
        { TotalHours: < 48 } => $"{span.TotalHours:0} h",
        _ => $"{span.TotalDays:0} d",
    };
}
