using System.CommandLine;
using System.CommandLine.Completions;

namespace MiniLambda.Workbench.Commands.Completion;

/// <summary>What the word at the end of a command line may be: what the command tree says about it by itself, and where to ask for more.</summary>
/// <param name="Words">What the tree knows, as far as it begins like what is typed.</param>
/// <param name="Sources">Who knows the rest.</param>
/// <param name="Prefix">What stands before the value in the same word, such as <c>--state=</c>.</param>
/// <param name="Typed">The value as far as it is typed.</param>
internal sealed record WordCompletion(IReadOnlyList<Suggestion> Words, NameSource Sources, string Prefix, string Typed)
{
    /// <param name="before">The words before, without the program's name.</param>
    /// <param name="current">The word at the cursor, as far as it stands before it.</param>
    public static WordCompletion Of(Command root, IReadOnlyList<string> before, string current)
    {
        var walk = new CommandWalk(root);
        foreach (var word in before)
            walk.Take(word);
        if (walk.IsPastDashes)
            return new WordCompletion([], NameSource.Files, "", current);
        if (walk.Awaiting is { } awaiting)
            return OfValue(awaiting, "", current);
        if (!current.StartsWith('-'))
            return OfWord(walk, current);
        var sign = current.IndexOfAny(['=', ':']);
        if (sign < 0)
            return new WordCompletion(Matching(walk.Flags().Select(o => new Suggestion(o.Name, FirstSentence(o.Description))), current), NameSource.None, "", current);
        return walk.Find(current[..sign]) is { } option
            ? OfValue(option, current[..(sign + 1)], current[(sign + 1)..])
            : new WordCompletion([], NameSource.None, "", current);
    }

    /// <summary>Those that begin with what is typed.</summary>
    public static IReadOnlyList<Suggestion> Matching(IEnumerable<Suggestion> all, string typed) =>
        [.. all.Where(s => s.Value.StartsWith(typed, StringComparison.Ordinal)).DistinctBy(s => s.Value)];

    private static WordCompletion OfWord(CommandWalk walk, string current)
    {
        var commands = walk.Commands().Select(c => new Suggestion(c.Name, FirstSentence(c.Description)));
        var words = walk.Argument is { } argument ? commands.Concat(Values(argument.CompletionSources)) : commands;
        var sources = walk.Argument is { } named ? NameSources.Of(walk.Path, named) : NameSource.None;
        return new WordCompletion(Matching(words, current), sources, "", current);
    }

    private static WordCompletion OfValue(Option option, string prefix, string typed) =>
        new(Matching(Values(option.CompletionSources), typed), NameSources.Of(option), prefix, typed);

    private static IEnumerable<Suggestion> Values(List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) =>
        sources.SelectMany(source => source(CompletionContext.Empty)).Select(item => new Suggestion(item.Label));

    private static string FirstSentence(string? description) => description?.Split([". ", "; ", " ("], 2, StringSplitOptions.None)[0] ?? "";
}
