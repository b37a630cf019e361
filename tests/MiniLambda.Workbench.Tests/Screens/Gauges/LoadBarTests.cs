using CsCheck;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Tests.Screens.Gauges;

public sealed class LoadBarTests
{
    [Theory]
    [InlineData(0, 4, "    ")]
    [InlineData(0.0001, 4, "▏   ")]
    [InlineData(0.5, 4, "██  ")]
    [InlineData(0.71, 4, "██▉ ")]
    [InlineData(0.9999, 4, "███▉")]
    [InlineData(1, 4, "████")]
    [InlineData(7, 2, "██")]
    [InlineData(-1, 2, "  ")]
    [InlineData(double.NaN, 3, "···")]
    [InlineData(0.5, 0, "")]
    public void A_bar_is_exact_to_an_eighth(double fraction, int width, string bar) => Assert.Equal(bar, LoadBar.Render(fraction, width));

    [Theory]
    [InlineData(0.5, 4, "##--")]
    [InlineData(1, 4, "####")]
    [InlineData(double.NaN, 2, "..")]
    public void A_bar_can_be_plain_ascii(double fraction, int width, string bar) => Assert.Equal(bar, LoadBar.Render(fraction, width, GaugeGlyphs.Ascii));

    [Fact]
    public void Every_bar_is_as_wide_as_asked_for() => Gen.Select(Gen.Double, Gen.Int[0, 50], Gen.Enum<GaugeGlyphs>()).Sample((fraction, width, glyphs) =>
        Assert.Equal(width, LoadBar.Render(fraction, width, glyphs).Length));

    [Theory]
    [InlineData(0.69, ThemeRole.Low)]
    [InlineData(0.7, ThemeRole.Middle)]
    [InlineData(0.9, ThemeRole.High)]
    [InlineData(double.NaN, ThemeRole.Muted)]
    public void The_colour_says_how_full(double fraction, ThemeRole role) => Assert.Equal(role, LoadBar.RoleOf(fraction));

    [Fact]
    public void An_empty_battery_is_what_a_full_disk_is() => Assert.Equal(ThemeRole.High, LoadBar.RoleOfStock(0.05));

    [Theory]
    [InlineData("TERM=linux LANG=en_US.UTF-8", GaugeGlyphs.Ascii)]
    [InlineData("TERM=xterm LANG=C", GaugeGlyphs.Ascii)]
    [InlineData("TERM=xterm LANG=C LC_ALL=C.utf8", GaugeGlyphs.Unicode)]
    [InlineData("TERM=xterm LANG=de_DE.UTF-8", GaugeGlyphs.Unicode)]
    [InlineData("TERM=xterm", GaugeGlyphs.Unicode)]
    public void Glyphs_follow_the_terminal(string environment, GaugeGlyphs glyphs)
    {
        var variables = environment.Split(' ').ToDictionary(v => v.Split('=')[0], v => v.Split('=')[1]);
        Assert.Equal(glyphs, GaugeGlyphsChoice.From(variables.GetValueOrDefault));
    }
}
