using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Tests.Screens.Theming;

public sealed class ThemeFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public void A_chosen_theme_is_there_the_next_time()
    {
        var path = _folder.At("minilambda/workbench.toml");
        Assert.Equal(new ThemeChoice(Themes.Dark, null), ThemeFile.Read(path, noColour: false));
        Assert.Null(ThemeFile.Save(path, Themes.HighContrast));
        Assert.Equal(new ThemeChoice(Themes.HighContrast, null), ThemeFile.Read(path, noColour: false));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Without_colours_the_theme_is_mono_whatever_was_chosen()
    {
        var path = _folder.Write("workbench.toml", "theme = \"light\"\n");
        Assert.Equal(Themes.Mono, ThemeFile.Read(path, noColour: true).Theme);
        Assert.Equal(Themes.Light, ThemeFile.Read(path, noColour: false).Theme);
    }

    [Theory]
    [InlineData("theme = \"pink\"", ":1:9: 'theme' must be one of dark, light, high-contrast, mono")]
    [InlineData("theme = 3", ":1:9: 'theme' must be a string")]
    [InlineData("\u0000\u0001\u001b[2J", ":1:1: ")]
    [InlineData("theme = \"dark\"\ncolour = 1", ":2:1: ")]
    public void Garbage_is_told_and_ignored(string text, string problem)
    {
        var path = _folder.Write("workbench.toml", text);
        var choice = ThemeFile.Read(path, noColour: false);
        Assert.Equal(Themes.Dark, choice.Theme);
        Assert.StartsWith(path + problem, choice.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(choice.Problem!, char.IsControl);
    }

    [Fact]
    public void A_file_that_is_none_or_far_too_large_is_told_and_ignored()
    {
        Directory.CreateDirectory(_folder.At("folder.toml"));
        Assert.NotNull(ThemeFile.Read(_folder.At("folder.toml"), noColour: false).Problem);
        var large = _folder.Write("large.toml", new string('#', 1_000_000));
        Assert.Contains("more than 64 KiB", ThemeFile.Read(large, noColour: false).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said()
    {
        var file = _folder.Write("file", "");
        Assert.StartsWith("the theme cannot be kept in ", ThemeFile.Save(Path.Combine(file, "x", "workbench.toml"), Themes.Light), StringComparison.Ordinal);
    }

    [Fact]
    public void The_usual_place_follows_the_environment() =>
        Assert.Equal("/cfg/minilambda/workbench.toml", ThemeFile.UsualLocation(name => name == "XDG_CONFIG_HOME" ? "/cfg" : null));

    public void Dispose() => _folder.Dispose();
}
