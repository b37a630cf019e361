using MiniLambda.Workbench.Commands.Completion;

namespace MiniLambda.Workbench.Repl.Prompting;

/// <summary>The files that a path may become.</summary>
internal static class FileNames
{
    private const int MaxNames = 1000;

    /// <summary>Those that begin with what is typed; hidden ones only when that begins with a dot.</summary>
    public static IReadOnlyList<Suggestion> Matching(string typed, NameSource sources)
    {
        if ((sources & (NameSource.Files | NameSource.Folders)) == 0)
            return [];
        var end = typed.LastIndexOf('/') + 1;
        var (folder, name) = (typed[..end], typed[end..]);
        try
        {
            return
            [
                .. new DirectoryInfo(folder.Length == 0 ? "." : folder).EnumerateFileSystemInfos()
                    .Where(f => f.Name.StartsWith(name, StringComparison.Ordinal) && (name.StartsWith('.') || !f.Name.StartsWith('.')))
                    .Where(f => f is DirectoryInfo || sources.HasFlag(NameSource.Files))
                    .Take(MaxNames)
                    .OrderBy(f => f.Name, StringComparer.Ordinal)
                    .Select(f => f is DirectoryInfo ? new Suggestion($"{folder}{f.Name}/", IsWhole: false) : new Suggestion($"{folder}{f.Name}")),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}
