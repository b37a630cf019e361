using System.CommandLine;
using System.CommandLine.Help;

namespace MiniLambda.Workbench.Commands.Help;

/// <summary>A command's help as lines, all in one layout, wrapped to a width.</summary>
internal static class HelpText
{
    private const int MinColumns = 40;
    private const int MaxColumns = 100;
    private const int MaxTerm = 34;

    /// <summary>From here on there is room for terms and their texts beside each other.</summary>
    private const int TwoColumns = 64;

    private const int Narrow = 6;

    /// <summary>The commands by what one wants to do, in the order of the list; those that no group names come last.</summary>
    private static readonly (string Title, string[] Commands)[] Groups =
    [
        ("Functions", ["init", "run", "function", "submit", "invoke"]),
        ("Jobs", ["ps", "status", "logs", "result", "cancel", "explain", "trace", "job", "deadletter"]),
        ("Clusters", ["up", "demo", "top", "worker", "context", "bench"]),
    ];

    /// <param name="path">The command as it is typed after <c>minilambda</c>; empty for the program itself.</param>
    /// <param name="columns">Of the terminal.</param>
    public static IEnumerable<string> Of(Command command, string path, int columns)
    {
        var page = HelpPages.Of(path);
        var width = Math.Clamp(columns, MinColumns, MaxColumns);
        var lines = new List<string>();
        Wrap(lines, Sentence(command.Description, path), width);
        lines.Add("");
        Wrap(lines, $"Usage: {Usage(command, path)}", width, indent: 7);
        foreach (var paragraph in page.Details.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            lines.Add("");
            Wrap(lines, paragraph, width);
        }

        if (command is RootCommand)
            AddGroups(lines, command, width);
        else
            AddTerms(lines, "Commands", command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, c.Description ?? "")), width);
        AddTerms(lines, "Arguments", command.Arguments.Where(a => !a.Hidden).Select(a => (Term(a), a.Description ?? "")), width);
        AddTerms(lines, "Flags", command.Options.Where(o => !o.Hidden && !o.Recursive && o is not HelpOption).Select(Flag), width);
        AddTerms(lines, "Flags of every command", Inherited(command).Select(Flag), width);
        AddExamples(lines, page, width);
        if (command.Subcommands.Count > 0)
        {
            lines.Add("");
            Wrap(lines, $"'{string.Join(' ', ["minilambda", .. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "COMMAND", "--help"])}' tells more of one.", width);
        }

        AddTerms(lines, "Exit codes", page.ExitCodes.Select(c => ($"{c.Code,3}", c.Meaning)), width);
        if (page.SeeAlso.Count > 0)
        {
            lines.Add("");
            Wrap(lines, $"See also: {string.Join(", ", page.SeeAlso.Select(other => $"minilambda {other}"))}", width, indent: 10);
        }

        return lines;
    }

    private static string Sentence(string? description, string path) =>
        description + (HelpPages.LongForm(path) is { } full ? $" (short for 'minilambda {full}')" : "");

    private static string Usage(Command command, string path)
    {
        var words = new List<string> { "minilambda" };
        if (path.Length > 0)
            words.Add(path);
        if (command.Subcommands.Count > 0)
            return string.Join(' ', [.. words, "COMMAND", "[flags]"]);
        // What is meant for a guest comes last, after the flags.
        words.AddRange(command.Arguments.Where(a => a.Name != "args").Select(Term));
        words.Add("[flags]");
        if (command.Arguments.Any(a => a.Name == "args"))
            words.Add("[-- ARG...]");
        return string.Join(' ', words);
    }

    private static string Term(Argument argument)
    {
        var name = argument.Name == "args" ? "ARG" : argument.Name.ToUpperInvariant();
        return (argument.Arity.MinimumNumberOfValues, argument.Arity.MaximumNumberOfValues) switch
        {
            (0, > 1) => $"[{name}...]",
            (0, _) => $"[{name}]",
            (_, > 1) => $"{name}...",
            _ => name,
        };
    }

    private static (string Term, string Text) Flag(Option option)
    {
        var brief = option.Aliases.FirstOrDefault(alias => alias.Length == 2);
        var isSwitch = option.ValueType == typeof(bool) || option is HelpOption or VersionOption;
        var value = isSwitch ? "" : $" <{option.HelpName ?? "value"}>";
        var usual = option.HasDefaultValue && !isSwitch && option.GetDefaultValue() is { } given ? $" (default: {given})" : "";
        return ($"{(brief is null ? "   " : $"{brief},")} {option.Name}{value}", option.Description + usual);
    }

    /// <summary>The flags that every command takes; in the help of each but the groups.</summary>
    private static IEnumerable<Option> Inherited(Command command)
    {
        var root = command;
        while (root.Parents.OfType<Command>().FirstOrDefault() is { } parent)
            root = parent;
        return command is RootCommand || command.Subcommands.Count == 0 ? root.Options.Where(o => o.Recursive && !o.Hidden) : [];
    }

    private static void AddGroups(List<string> lines, Command root, int width)
    {
        var commands = root.Subcommands.Where(c => !c.Hidden).ToList();
        foreach (var (title, names) in Groups)
            AddTerms(lines, title, names.Select(n => commands.Find(c => c.Name == n)).OfType<Command>().Select(c => (c.Name, c.Description ?? "")), width);
        AddTerms(lines, "More", commands.Where(c => !Groups.Any(g => g.Commands.Contains(c.Name))).Select(c => (c.Name, c.Description ?? "")), width);
    }

    private static void AddTerms(List<string> lines, string title, IEnumerable<(string Term, string Text)> terms, int width)
    {
        var all = terms.ToList();
        if (all.Count == 0)
            return;
        lines.Add("");
        lines.Add($"{title}:");
        var column = width < TwoColumns ? Narrow : Math.Min(all.Max(t => t.Term.Length), MaxTerm) + 4;
        foreach (var (term, text) in all)
        {
            // One that is too long stands on a line of its own.
            var begin = $"  {term}";
            if (begin.Length + 2 > column)
            {
                lines.Add(begin);
                begin = "";
            }

            Wrap(lines, begin.PadRight(column) + text, width, column);
        }
    }

    private static void AddExamples(List<string> lines, HelpPage page, int width)
    {
        if (page.Examples.Count == 0)
            return;
        lines.Add("");
        lines.Add("Examples:");
        foreach (var (line, about) in page.Examples)
        {
            Wrap(lines, $"  # {about}", width, indent: 4);
            // A command line is for copying: it is not wrapped.
            lines.Add($"  {line}");
        }
    }

    /// <param name="indent">Of the lines after the first.</param>
    private static void Wrap(List<string> lines, string text, int width, int indent = 0)
    {
        var line = text[..(text.Length - text.TrimStart().Length)];
        var isBegun = false;
        // The spaces between a term and its text stay as they are.
        if (indent > 0 && text.Length > indent && text[..indent].EndsWith("  ", StringComparison.Ordinal))
            (line, text) = (text[..indent], text[indent..]);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (isBegun && line.Length + 1 + word.Length > width)
            {
                lines.Add(line);
                (line, isBegun) = (new string(' ', indent), false);
            }

            line += isBegun ? $" {word}" : word;
            isBegun = true;
        }

        lines.Add(line.TrimEnd());
    }
}
