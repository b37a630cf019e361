using System.Text;
using MiniLambda.Domain.Folders;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Repl.Editing;

namespace MiniLambda.Workbench.Repl.Prompting;

/// <summary>
/// What was typed, kept for the next session: <c>$XDG_STATE_HOME/minilambda/history</c> (or <c>~/.local/state/…</c>), for its owner only, a line each; a line
/// end within one is written <c>\n</c>, and a backslash <c>\\</c>.
/// </summary>
internal sealed class HistoryFile(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Location => path;

    public static HistoryFile Usual(CommandTerminal terminal) => new(Path.Combine(
        terminal.Variable("XDG_STATE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".local", "state"),
        "minilambda", "history"));

    /// <summary>The lines, the newest last; none when there is no file. One that has grown too long is cut.</summary>
    /// <exception cref="IOException">It cannot be read, or not made private.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public IReadOnlyList<string> Read()
    {
        if (!File.Exists(path))
            return [];
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly)
            File.SetUnixFileMode(path, OwnerOnly);
        var lines = File.ReadAllLines(path).Where(l => l.Length > 0).ToList();
        if (lines.Count > 2 * History.MaxLines)
            Cut(lines = lines[^History.MaxLines..]);
        return [.. lines.Select(Decode)];
    }

    /// <summary>Adds a line.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Append(string line)
    {
        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        using var file = Open(path, FileMode.Append);
        file.Write(Encoding.UTF8.GetBytes(Encode(line) + "\n"));
    }

    private void Cut(List<string> lines)
    {
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        using (var file = Open(draft, FileMode.Create))
            file.Write(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        File.Move(draft, path, overwrite: true);
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    private static string Encode(string line) =>
        line.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Decode(string line)
    {
        var text = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            var isEscape = line[i] == '\\' && i + 1 < line.Length;
            text.Append(isEscape ? line[i + 1] == 'n' ? '\n' : line[i + 1] : line[i]);
            if (isEscape)
                i++;
        }

        return text.ToString();
    }
}
