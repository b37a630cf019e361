using MiniLambda.Domain.Toml;

namespace MiniLambda.Workbench.Screens.Theming;

/// <summary>The theme to begin with.</summary>
/// <param name="Problem">What is wrong with the file that keeps it, for a person; null when nothing is.</param>
public sealed record ThemeChoice(Theme Theme, string? Problem);

/// <summary>
/// Keeps the chosen theme: <c>$XDG_CONFIG_HOME/minilambda/workbench.toml</c> (or <c>~/.config/…</c>), where a person may write <c>theme = "light"</c>.
/// A damaged file is told and otherwise ignored: no colour is worth a workbench that does not start.
/// </summary>
public static class ThemeFile
{
    // Whatever is longer is not what was written here.
    private const int MaxBytes = 64 << 10;

    /// <param name="variable">The environment; null for what is not set or empty.</param>
    public static string UsualLocation(Func<string, string?> variable) => Path.Combine(
        variable("XDG_CONFIG_HOME") is { Length: > 0 } home ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".config"),
        "minilambda", "workbench.toml");

    /// <summary>Reads the file; without one, or with a damaged one, the theme is dark.</summary>
    /// <param name="noColour">Colours are not wanted (<c>NO_COLOR</c>), whatever was chosen: the theme is mono.</param>
    public static ThemeChoice Read(string path, bool noColour)
    {
        var errors = new List<TextError>();
        var chosen = Themes.Dark;
        try
        {
            if (File.Exists(path) || Directory.Exists(path))
                chosen = Take(ReadText(path), path, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new TextError(path, 1, 1, e.Message));
        }

        var more = errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "";
        return new ThemeChoice(noColour ? Themes.Mono : chosen, errors.Count == 0 ? null : $"{errors[0]}{more}");
    }

    /// <summary>Writes the file in one step.</summary>
    /// <returns>Why it could not be written, for a person; null when it was.</returns>
    public static string? Save(string path, Theme theme)
    {
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(draft, $"theme = \"{theme.Name}\"\n");
            File.Move(draft, path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
                File.Delete(draft);
            return $"the theme cannot be kept in {path}: {e.Message.TrimEnd('.')} (XDG_CONFIG_HOME names another place)";
        }
    }

    private static string ReadText(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        return file.Length <= MaxBytes ? new StreamReader(file).ReadToEnd() : throw new IOException($"more than {MaxBytes >> 10} KiB");
    }

    private static Theme Take(string text, string path, List<TextError> errors)
    {
        var table = TomlDocument.Parse(text, path, errors);
        var reader = new TomlReader(table, path, "", errors);
        var name = reader.Text("theme", Themes.Dark.Name);
        reader.Close();
        if (Themes.Find(name) is { } theme)
            return theme;
        reader.Fail("theme", $"'theme' must be one of {string.Join(", ", Themes.All.Select(t => t.Name))}");
        return Themes.Dark;
    }
}
