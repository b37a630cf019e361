using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;
using Tomlyn;
using Tomlyn.Model;

namespace MiniLambda.Client.Contexts;

/// <summary>A cluster that a person knows by a name.</summary>
public sealed record ClusterContext(string Name, Uri Server, string Token)
{
    /// <summary>Nobody but whom it vouches for is taken for the server; null leaves it to the authorities that the system trusts.</summary>
    public PinnedAuthority? Authority { get; init; }

    public ServerTrust Trust => new(Authority);

    /// <summary>Whether calls are signed with the token instead of sending it.</summary>
    public bool Sign { get; init; }
}

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
    /// <param name="variable">The environment; null for what is not set or empty.</param>
    public static string UsualLocation(Func<string, string?> variable) => Path.Combine(
        variable("XDG_CONFIG_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".config"),
        "minilambda", "config.toml");

    /// <summary>Reads the file; an empty one when it is missing.</summary>
    /// <exception cref="FormatException">The file is damaged; the message bears every problem with its place, a line each.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ContextFile Read(string path)
    {
        var file = new ContextFile(path);
        if (!File.Exists(path))
            return file;
        var text = File.ReadAllText(path);
        var problems = file.Take(Parse(path, text));
        if (problems.Count == 0)
            return file;
        var lines = ContextFileLines.Of(text);
        throw new FormatException(string.Join('\n', problems.Select(p => $"{path}:{lines.Find(p.Key)}: {p.Message}")));
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
        {
            var entry = new TomlTable { ["server"] = context.Server.ToString().TrimEnd('/'), ["token"] = context.Token };
            if (context.Authority is { } authority)
                entry["authority"] = authority.ToString();
            if (context.Sign)
                entry["sign"] = true;
            contexts[context.Name] = entry;
        }

        var text = TomlSerializer.Serialize(new TomlTable { ["current"] = Current, ["contexts"] = contexts });
        var draft = $"{Location}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Location)!);
            // A draft that was left behind may be open to others: it does not lend its mode to this one.
            File.Delete(draft);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var writer = new StreamWriter(draft, options))
                writer.Write(text);
            File.Move(draft, Location, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(draft))
                File.Delete(draft);
            throw new IOException($"the contexts cannot be kept in {Location}: {e.Message.TrimEnd('.')} (XDG_CONFIG_HOME names another place)", e);
        }
    }

    private static TomlTable Parse(string path, string text)
    {
        try
        {
            return TomlSerializer.Deserialize<TomlTable>(text) ?? [];
        }
        catch (TomlException e)
        {
            throw new FormatException($"{path}:{e.Line ?? 1}:{e.Column ?? 1}: this is no TOML: {Reason(e)}", e);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // Tomlyn 2.10 stumbles over a text that ends within an escape sequence.
            throw new FormatException($"{path}:{text.Count(c => c == '\n') + 1}: the text ends within an escape sequence", e);
        }
    }

    /// <summary>What the parser says, without the place that it begins with.</summary>
    private static string Reason(TomlException e)
    {
        var first = e.Message.Split('\n')[0];
        return first.IndexOf("error : ", StringComparison.Ordinal) is var at and >= 0 ? first[(at + "error : ".Length)..] : first;
    }

    /// <summary>Takes over what the document says; returns what is wrong with it. Nothing is passed over: saving would lose it.</summary>
    private List<(string Key, string Message)> Take(TomlTable document)
    {
        var problems = new List<(string, string)>();
        Current = Text(document, "current", "'current'") ?? "";
        if (!document.TryGetValue("contexts", out var found))
            return problems;
        if (found is not TomlTable contexts)
            return [.. problems, ("contexts", "'contexts' must be a table")];
        foreach (var (name, value) in contexts)
        {
            if (value is not TomlTable entry)
            {
                problems.Add(($"contexts.{name}", $"context '{name}' must be a table with 'server' and 'token'"));
                continue;
            }

            var (server, token) = (
                Text(entry, "server", $"'server' of context '{name}'", $"contexts.{name}."), Text(entry, "token", $"'token' of context '{name}'", $"contexts.{name}."));
            var pinned = Text(entry, "authority", $"'authority' of context '{name}'", $"contexts.{name}.");
            var authority = pinned is { Length: > 0 } ? PinnedAuthority.TryParse(pinned) : null;
            if (pinned is { Length: > 0 } && authority is null)
                problems.Add(($"contexts.{name}.authority", $"'authority' of context '{name}' must be a certificate, as PEM or as base64 of its DER; log in anew"));
            else if (Uri.TryCreate(server, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                _contexts.Add(new ClusterContext(name, url, token ?? "") { Authority = authority, Sign = Switch(entry, "sign", name) });
            else if (server is not null)
                problems.Add(($"contexts.{name}.server", $"'server' of context '{name}' must be a URL such as http://127.0.0.1:7070"));
        }

        return problems;

        bool Switch(TomlTable table, string key, string context)
        {
            if (table.TryGetValue(key, out var value) && value is not bool)
                problems.Add(($"contexts.{context}.{key}", $"'{key}' of context '{context}' must be true or false"));
            return value is true;
        }

        string? Text(TomlTable table, string key, string label, string within = "")
        {
            if (!table.TryGetValue(key, out var value))
                return "";
            if (value is not string)
                problems.Add((within + key, $"{label} must be a text"));
            return value as string;
        }
    }
}
