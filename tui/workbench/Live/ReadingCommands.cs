namespace MiniLambda.Workbench.Live;

/// <summary>Commands that change nothing: what a workbench that only looks may run.</summary>
public static class ReadingCommands
{
    private static readonly HashSet<string> Single = ["ps", "status", "logs", "result", "explain", "trace", "version", "completion", "events", "top", "help"];

    private static readonly Dictionary<string, HashSet<string>> Grouped = new()
    {
        ["job"] = ["list", "show", "logs", "result", "explain", "trace", "wait"],
        ["function"] = ["list", "show"],
        ["worker"] = ["list", "show"],
        ["deadletter"] = ["list", "show"],
        ["context"] = ["list", "show"],
        ["token"] = ["list"],
    };

    // What stands after -- is the function's: there --help is no help.
    public static bool Includes(IReadOnlyList<string> words) => words.TakeWhile(w => w != "--").Contains("--help") || words switch
    {
        [var one, ..] when Single.Contains(one) => true,
        [var group, var verb, ..] => Grouped.TryGetValue(group, out var verbs) && verbs.Contains(verb),
        _ => false,
    };
}
