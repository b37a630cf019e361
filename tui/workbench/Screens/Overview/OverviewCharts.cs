using System.Globalization;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Overview;

/// <summary>What the overview's charts show of a history.</summary>
public static class OverviewCharts
{
    /// <summary>Rates, latency, failures and what waits, in this order.</summary>
    public static IReadOnlyList<Chart> Of(OverviewHistory history)
    {
        return
        [
            new("Rate", [Curve("done", s => s.FinishedPerSecond, ThemeRole.FirstCurve), Curve("submitted", s => s.SubmittedPerSecond, ThemeRole.SecondCurve)], PerSecond, history.Interval),
            new("Latency", [Curve("p50", s => s.P50, ThemeRole.FirstCurve), Curve("p95", s => s.P95, ThemeRole.SecondCurve), Curve("p99", s => s.P99, ThemeRole.ThirdCurve)], Milliseconds, history.Interval),
            new("Failures", [Curve("", s => s.FailedPerSecond, ThemeRole.High)], PerSecond, history.Interval),
            new("Queue", [Curve("running", s => s.Running, ThemeRole.FirstCurve), Curve("waiting", s => s.Queued, ThemeRole.SecondCurve)], Jobs, history.Interval),
        ];

        ChartCurve Curve(string name, Func<OverviewSample, double> measure, ThemeRole role) => new(name, [.. history.Samples.Select(measure)], role);
    }

    /// <summary>Jobs a second, with as many digits as mean something.</summary>
    public static string PerSecond(double value) => Short(value) + "/s";

    /// <param name="value">In ms.</param>
    public static string Milliseconds(double value) => value switch
    {
        >= 60_000 => Short(value / 60_000) + " min",
        >= 1000 => Short(value / 1000) + " s",
        > 0 and < 0.1 => $"{(value * 1000).ToString("0", CultureInfo.InvariantCulture)} µs",
        _ => Short(value) + " ms",
    };

    public static string Jobs(double value) => Short(value);

    private static string Short(double value) => value switch
    {
        >= 9_999_500 => (value / 1e6).ToString("0", CultureInfo.InvariantCulture) + "M",
        >= 999_500 => (value / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + "M",
        >= 9_995 => (value / 1000).ToString("0", CultureInfo.InvariantCulture) + "k",
        >= 9.95 or 0 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 0.095 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
