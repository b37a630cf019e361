namespace MiniLambda.Workbench.Screens;

/// <summary>What a person chose on screen, kept for the next time: a line each, <c>key = "value"</c>.</summary>
public sealed class ScreenSettings
{
    private readonly string _path;

    public ScreenSettings()
        : this("")
    {
    }

    /// <param name="path">Where they are kept; empty keeps them nowhere.</param>
    public ScreenSettings(string path) => _path = path;

    public string Theme { get; private set; } = "";

    public bool HasMouse { get; private set; } = true;

    /// <summary>Beside the contexts: <c>$XDG_CONFIG_HOME/minilambda/workbench.toml</c>.</summary>
    public static string UsualLocation(Func<string, string?> variable) =>
        Path.Combine(Path.GetDirectoryName(Client.Contexts.ContextFile.UsualLocation(variable))!, "workbench.toml");

    /// <summary>Reads the file; what cannot be read or understood stays as usual.</summary>
    public static ScreenSettings Read(string path)
    {
        var settings = new ScreenSettings(path);
        try
        {
            if (!File.Exists(path))
                return settings;
            foreach (var line in File.ReadLines(path).Take(100))
            {
                var parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
                if (parts is ["theme", var theme])
                    settings.Theme = theme.Trim('"');
                else if (parts is ["mouse", var mouse])
                    settings.HasMouse = mouse != "false";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A look that was chosen once is not worth stopping for.
        }

        return settings;
    }

    /// <summary>Keeps a choice; says why not where it cannot.</summary>
    public string? Keep(string? theme = null, bool? hasMouse = null)
    {
        Theme = theme ?? Theme;
        HasMouse = hasMouse ?? HasMouse;
        if (_path.Length == 0)
            return null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var draft = $"{_path}.{Environment.ProcessId}.tmp";
            File.WriteAllText(draft, $"theme = \"{Theme}\"\nmouse = {(HasMouse ? "true" : "false")}\n");
            File.Move(draft, _path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the choice is not kept: {e.Message}";
        }
    }
}
