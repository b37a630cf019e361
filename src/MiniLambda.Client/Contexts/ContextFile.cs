using Tomlyn;
using Tomlyn.Model;

namespace MiniLambda.Client.Contexts;

/// <summary>A cluster that a person knows by a name.</summary>
public sealed record ClusterContext(string Name, Uri Server, string Token);

/// <summary>
/// The clusters a person knows: <c>$XDG_CONFIG_HOME/minilambda/config.toml</c> (or <c>~/.config/…</c>), readable by its owner only, as it holds tokens.
/// </summary>
public sealed class ContextFile
{
    private readonly List<ClusterContext> _contexts = [];

    private ContextFile(string path) => Location = path;

    public string Location { get; }

    /// <summary>The name of the context in use; empty when none is.</summary>
    public string Current { get; private set; } = "";

    public IReadOnlyList<ClusterContext> Contexts => _contexts;

    /// <summary>The usual place of the file.</summary>
    public static string DefaultLocation
    {
        get
        {
            var config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
            if (string.IsNullOrEmpty(config))
                config = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
            return Path.Combine(config, "minilambda", "config.toml");
        }
    }

    /// <summary>Reads the file; an empty one when it is missing.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    public static ContextFile Read(string path)
    {
        var file = new ContextFile(path);
        if (!File.Exists(path))
            return file;
        try
        {
            var model = TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(path)) ?? [];
            file.Current = model.TryGetValue("current", out var current) ? current as string ?? "" : "";
            if (model.TryGetValue("contexts", out var contexts) && contexts is TomlTable table)
            {
                foreach (var (name, value) in table)
                {
                    if (value is TomlTable entry && entry.TryGetValue("server", out var server) && Uri.TryCreate(server as string, UriKind.Absolute, out var url))
                        file._contexts.Add(new ClusterContext(name, url, entry.TryGetValue("token", out var token) ? token as string ?? "" : ""));
                }
            }

            return file;
        }
        catch (TomlException e)
        {
            throw new FormatException($"{path}: {e.Message.Split('\n')[0]}", e);
        }
    }

    public ClusterContext? Find(string name) => _contexts.Find(c => c.Name == name);

    /// <summary>Adds a context or replaces the one of that name, and uses it.</summary>
    public void Put(ClusterContext context)
    {
        _contexts.RemoveAll(c => c.Name == context.Name);
        _contexts.Add(context);
        Current = context.Name;
    }

    /// <summary>Uses another context; false when there is none of that name.</summary>
    public bool Use(string name)
    {
        if (Find(name) is null)
            return false;
        Current = name;
        return true;
    }

    /// <summary>Writes the file in one step.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save()
    {
        var contexts = new TomlTable();
        foreach (var context in _contexts.OrderBy(c => c.Name, StringComparer.Ordinal))
            contexts[context.Name] = new TomlTable { ["server"] = context.Server.ToString().TrimEnd('/'), ["token"] = context.Token };
        var text = TomlSerializer.Serialize(new TomlTable { ["current"] = Current, ["contexts"] = contexts });
        var folder = Path.GetDirectoryName(Location)!;
        Directory.CreateDirectory(folder);
        var draft = $"{Location}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.Write(text);
        File.Move(draft, Location, overwrite: true);
    }
}
