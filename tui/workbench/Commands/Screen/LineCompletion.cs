using MiniLambda.Workbench.Live;

namespace MiniLambda.Workbench.Commands.Screen;

/// <summary>Words that may stand at the end of a command line: what the grammar knows, and names of what is on screen.</summary>
internal static class LineCompletion
{
    private const int Most = 12;

    public static IReadOnlyList<string> Of(string line, Snapshot snapshot)
    {
        var global = new GlobalOptions();
        var root = CommandTree.Create(global, CommandTerminal.System());
        var word = line[(line.LastIndexOf(' ') + 1)..];
        var words = root.Parse(line).GetCompletions(line.Length).Select(c => c.Label)
            .Where(label => label.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (word.StartsWith('-') || !label.StartsWith('-')));
        var names = line.Contains(' ', StringComparison.Ordinal) && !word.StartsWith('-') ? Names(line, snapshot).Where(n => n.StartsWith(word, StringComparison.OrdinalIgnoreCase)) : [];
        return [.. words.Concat(names).Distinct().Order(StringComparer.Ordinal).Take(Most)];
    }

    private static IEnumerable<string> Names(string line, Snapshot snapshot) => line.Split(' ')[0] switch
    {
        "worker" => snapshot.Workers.Select(w => w.Name),
        "function" or "submit" or "invoke" => snapshot.Functions.Select(f => f.Name),
        "job" or "logs" or "result" or "status" or "cancel" or "explain" or "deadletter" => snapshot.Jobs.Jobs.Select(j => j.Id),
        _ => [],
    };
}
