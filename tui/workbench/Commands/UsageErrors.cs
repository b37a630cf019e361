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
        var problems = command.Subcommands.Count > 0 ? [Missing(command, path, parsed)] : Problems(parsed).Distinct();
        return problems.Select(p => $"error: {p}").Append($"try: {string.Join(' ', [.. path, "--help"])}");
    }

    /// <summary>Whether it names a command that there is not.</summary>
    public static bool IsUnknown(ParseResult parsed) => parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [[not '-', ..], ..];

    /// <summary>That there is no such flag, and which one may be meant.</summary>
    public static string NoFlag(string flag, ParseResult parsed)
    {
        var end = flag.IndexOfAny(['=', ':']);
        var name = end < 0 ? flag : flag[..end];
        var names = Flags(parsed.CommandResult).Where(o => !o.Hidden).Select(o => o.Name);
        // Of two letters one is enough to be another word.
        var near = name.Length > 3 ? Spelling.Nearest(name, names) : null;
        return near is null ? $"there is no flag '{flag}'" : $"there is no flag '{flag}'; did you mean '{near}'?";
    }

    /// <summary>Words that look like flags and were taken for arguments: nothing is called that way here.</summary>
    public static IEnumerable<string> MistypedFlags(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().ToList();
        // Those of a function have a rule of their own.
        if (arguments.Exists(a => a.Argument.Name == ManifestFlags.ArgumentsName))
            return [];
        var meant = parsed.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash).Skip(1).Count();
        return arguments.SelectMany(a => a.Tokens).Select(t => t.Value).Concat(parsed.UnmatchedTokens).SkipLast(meant).Where(t => t is ['-', _, ..]);
    }

    private static IEnumerable<string> Problems(ParseResult parsed)
    {
        var flags = MistypedFlags(parsed).ToList();
        // What a flag was to take is no argument either, and says nothing new.
        var others = flags.Count == 0 ? [] : parsed.UnmatchedTokens.Select(t => $"'{t}'").ToList();
        return flags.Select(f => NoFlag(f, parsed))
            .Concat(parsed.Errors.Select(e => e.Message).Where(m => !others.Exists(o => m.Contains(o, StringComparison.Ordinal))));
    }

    private static IEnumerable<Option> Flags(CommandResult command)
    {
        var options = command.Command.Options.AsEnumerable();
        for (var parent = command.Parent; parent is CommandResult result; parent = result.Parent)
            options = options.Concat(result.Command.Options.Where(o => o.Recursive));
        return options;
    }

    private static string Missing(Command group, IReadOnlyList<string> path, ParseResult parsed)
    {
        string[] words = [.. group.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        var names = Commands.Flags.Listed(words, "or");
        return parsed.UnmatchedTokens switch
        {
            [] => $"'{string.Join(' ', path)}' takes a command: {names}",
            [['-', ..] flag, ..] => NoFlag(flag, parsed),
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
