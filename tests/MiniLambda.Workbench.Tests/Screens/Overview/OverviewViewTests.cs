using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Overview;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Tests.Screens.Overview;

public sealed class OverviewViewTests
{
    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    [InlineData(60, 15)]
    [InlineData(50, 20)]
    public void Rates_latency_failures_and_queue_are_on_one_screen(int width, int height)
    {
        using var view = new OverviewView(ViewOnScreen.Dark(), GaugeGlyphs.Unicode);
        using var screen = new ViewOnScreen(view, width, height);
        view.Show(History());
        foreach (var title in new[] { "Rate", "Latency", "Failures", "Queue" })
            Assert.Equal(Themes.Dark[ThemeRole.Heading], screen.LookOf(title));
        Assert.Contains("p50 3 ms  p95 12 ms", screen.Text, StringComparison.Ordinal);
        Assert.Contains("running 3", screen.Text, StringComparison.Ordinal);
        Assert.Contains(screen.Text, c => c is >= '\u2801' and <= '\u28ff');
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 2)]
    [InlineData(0, 0)]
    public void A_tiny_terminal_does_no_harm(int width, int height)
    {
        Assert.All(OverviewView.Areas(new(width, height), 4), area => Assert.True(area.Right <= width && area.Bottom <= height));
        using var view = new OverviewView(ViewOnScreen.Dark(), GaugeGlyphs.Ascii);
        using var screen = new ViewOnScreen(view, Math.Max(1, width), Math.Max(1, height));
        view.Show(History());
        Assert.NotEmpty(screen.Rows);
    }

    [Fact]
    public void Nothing_measured_yet_is_said()
    {
        using var view = new OverviewView(ViewOnScreen.Dark(), GaugeGlyphs.Unicode);
        using var screen = new ViewOnScreen(view, 80, 24);
        view.Show(OverviewHistory.Empty(TimeSpan.FromSeconds(1)));
        Assert.Equal("measuring…", screen.Text);
        view.Show(OverviewHistory.Empty(TimeSpan.FromSeconds(1)).With(OverviewSample.Gap));
        Assert.Contains("p50 -", screen.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0/s")]
    [InlineData(0.25, "0.3/s")]
    [InlineData(0.04, "0.04/s")]
    [InlineData(41.2, "41/s")]
    [InlineData(12_345, "12k/s")]
    [InlineData(2_500_000, "2.5M/s")]
    public void Rates_are_short(double value, string text) => Assert.Equal(text, OverviewCharts.PerSecond(value));

    [Theory]
    [InlineData(0.05, "50 µs")]
    [InlineData(0.84, "0.8 ms")]
    [InlineData(12, "12 ms")]
    [InlineData(2500, "2.5 s")]
    [InlineData(120_000, "2 min")]
    public void Times_have_the_unit_that_fits(double value, string text) => Assert.Equal(text, OverviewCharts.Milliseconds(value));

    [Fact]
    public void The_history_is_bounded()
    {
        var history = OverviewHistory.Empty(TimeSpan.FromSeconds(1));
        for (var i = 0; i < OverviewHistory.Capacity + 5; i++)
            history = history.With(OverviewSample.Gap with { Queued = i });
        Assert.Equal(OverviewHistory.Capacity, history.Samples.Length);
        Assert.Equal(5, history.Samples[0].Queued);
    }

    private static OverviewHistory History() => new(
        [.. Enumerable.Range(0, 300).Select(i => new OverviewSample(40 + i % 7, 41, i % 50 == 0 ? 2 : 0, 3, 12, 20 + i % 30, 12, 3))], TimeSpan.FromSeconds(1));
}
