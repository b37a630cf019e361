using System.Globalization;
using System.Text;

namespace MiniLambda.Orchestrator.Web.Rendering;

/// <summary>Numbers as the path of an SVG curve; pure calculations.</summary>
internal static class Curve
{
    /// <summary>A line through the values, the newest at the right end; gaps where there is none.</summary>
    /// <param name="values">Oldest first; null = none.</param>
    /// <param name="places">Values that the whole width stands for.</param>
    /// <param name="top">The value that touches the upper edge.</param>
    public static string Line(IReadOnlyList<double?> values, int places, double top, double width, double height)
    {
        var path = new StringBuilder();
        var isDown = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
            {
                isDown = false;
                continue;
            }

            var x = width - ((values.Count - 1 - i) * width / Math.Max(1, places - 1));
            var y = height - (Math.Clamp(top > 0 ? value / top : 0, 0, 1) * height);
            path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{x:0.#} {y:0.#}");
            // A single point is seen as a dot, by the round ends of the line.
            if (!isDown && (i + 1 == values.Count || values[i + 1] is null))
                path.Append("h0");
            isDown = true;
        }

        return path.ToString();
    }

    /// <summary>The next round number that is no smaller: 1, 2 or 5 times a power of ten.</summary>
    public static double Round(double most)
    {
        if (!(most > 0))
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return (most / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
