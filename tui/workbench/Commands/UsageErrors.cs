using System.CommandLine;
using System.CommandLine.Parsing;
using MiniLambda.Domain.Toml;

namespace MiniLambda.Workbench.Commands;

/// <summary>What is wrong with a command line that does not parse.</summary>
internal static class UsageErrors
{
    /// <summary>The problems, and where to read on.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = Path(parsed);
        var problems = command.Subcommands.Count > 0 ? [Missing(command, path, parsed)] : parsed.Errors.Select(e => e.Message).Distinct();
        return problems.Select(p => $"error: {p}").Append($"try: {string.Join(' ', [.. path, "--help"])}");
    }

    /// <summary>Whether it names a command that there is not.</summary>
    public static bool IsUnknown(ParseResult parsed) => parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [[not '-', ..], ..];

    private static string Missing(Command group, IReadOnlyList<string> path, ParseResult parsed)
    {
        string[] words = [.. group.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        var names = Flags.Listed(words, "or");
        return parsed.UnmatchedTokens switch
        {
            [] => $"'{string.Join(' ', path)}' takes a command: {names}",
            [['-', ..] flag, ..] => $"there is no flag '{flag}'",
            [var word, ..] when Spelling.Nearest(word, words) is { } near => $"there is no command '{Full(word)}'; did you mean '{Full(near)}'?",
            [var word, ..] => $"there is no command '{Full(word)}' ({names})",
        };

        string Full(string word) => string.Join(' ', [.. path.Skip(1), word]);
    }

    /// <summary>The command as it is typed, without its flags: <c>minilambda job list</c>.</summary>
    public static string Typed(ParseResult parsed) => string.Join(' ', Path(parsed));

    private static List<string> Path(ParseResult parsed)
    {
        var path = new List<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult result; at = result.Parent)
            path.Insert(0, result.Command is RootCommand ? "minilambda" : result.Command.Name);
        return path;
    }
}
