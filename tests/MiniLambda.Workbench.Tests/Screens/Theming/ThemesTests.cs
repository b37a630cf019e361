using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Drawing;

namespace MiniLambda.Workbench.Tests.Screens.Theming;

public sealed class ThemesTests
{
    [Theory]
    [InlineData("dark", 4.5)]
    [InlineData("light", 4.5)]
    [InlineData("high-contrast", 7)]
    public void Every_role_can_be_read(string theme, double least) => Assert.All(
        Themes.Find(theme)!.Roles, role => Assert.True(Contrast(role.Value.Foreground, role.Value.Background) >= least, $"{role.Key}: {role.Value}"));

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    [InlineData("high-contrast")]
    public void Every_scheme_can_be_read(string name)
    {
        var theme = Themes.Find(name)!;
        foreach (var scheme in new[] { theme.Base, theme.Dialog, theme.Menu, theme.Error })
        {
            Assert.All(
                new[] { VisualRole.Normal, VisualRole.Focus, VisualRole.HotNormal, VisualRole.HotFocus, VisualRole.Active, VisualRole.Editable, VisualRole.ReadOnly },
                role => Assert.True(Contrast(scheme.GetAttributeForRole(role).Foreground, scheme.GetAttributeForRole(role).Background) >= 4.5, $"{role}"));
        }
    }

    [Fact]
    public void Mono_uses_no_colour_at_all()
    {
        var mono = Themes.Mono;
        Assert.All(mono.Roles.Values, HasNoColour);
        foreach (var scheme in new[] { mono.Base, mono.Dialog, mono.Menu, mono.Error })
            Assert.All(Enum.GetValues<VisualRole>(), role => HasNoColour(scheme.GetAttributeForRole(role)));

        static void HasNoColour(Terminal.Gui.Drawing.Attribute look)
        {
            Assert.Equal(Color.None, look.Foreground);
            Assert.Equal(Color.None, look.Background);
        }
    }

    [Fact]
    public void What_must_be_told_apart_differs_in_every_theme() => Assert.All(Themes.All, theme =>
    {
        Assert.NotEqual(theme[ThemeRole.Failed], theme[ThemeRole.Succeeded]);
        Assert.NotEqual(theme[ThemeRole.Match], theme[ThemeRole.CurrentMatch]);
        Assert.NotEqual(theme[ThemeRole.Added], theme[ThemeRole.Removed]);
        Assert.NotEqual(theme[ThemeRole.Plain], theme[ThemeRole.Stale]);
        Assert.NotEqual(theme[ThemeRole.Plain], theme[ThemeRole.Selection]);
        Assert.NotEqual(theme[ThemeRole.Plain], theme[ThemeRole.Fault]);
    });

    // The contrast ratio of WCAG 2.2, from 1 to 21; 4.5 is asked of text, 7 of text for weak eyes.
    private static double Contrast(Color one, Color other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(Color c) => 0.2126 * Linear(c.R) + 0.7152 * Linear(c.G) + 0.0722 * Linear(c.B);

    private static double Linear(byte channel) => channel / 255.0 is var s && s <= 0.04045 ? s / 12.92 : Math.Pow((s + 0.055) / 1.055, 2.4);
}
