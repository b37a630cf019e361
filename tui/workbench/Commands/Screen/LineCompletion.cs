using System.CommandLine;
using MiniLambda.Workbench.Commands.Completion;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Commands.Screen;

/// <summary>What the word at the end of the palette's line may be: as everywhere, but with the names that the screen knows, so that nobody waits.</summary>
internal static class LineCompletion
{
    // The grammar does not change, and is asked for at every key.
    private static readonly RootCommand Grammar = CommandTree.Create(new GlobalOptions(), CommandTerminal.System());

    public static IReadOnlyList<string> Of(string line, Snapshot snapshot)
    {
        var words = TypedWords.Of(line);
        var word = WordCompletion.Of(Grammar, [.. words.SkipLast(1)], words[^1]);
        var names = WordCompletion.Matching(Names(word.Sources, snapshot).Select(name => new Suggestion(name)), word.Typed);
        return [.. word.Words.Concat(names).Select(s => word.Prefix + ShellQuote.Escape(s.Value)).Distinct()];
    }

    private static IEnumerable<string> Names(NameSource sources, Snapshot snapshot)
    {
        if (sources.HasFlag(NameSource.Workers))
            return snapshot.Workers.Select(w => w.Name);
        if (sources.HasFlag(NameSource.Functions))
            return snapshot.Functions.Select(f => f.Name);
        return snapshot.Jobs.Jobs.Where(job =>
            sources.HasFlag(NameSource.Jobs)
            || (sources.HasFlag(NameSource.DeadJobs) && job.DeadLettered)
            || (sources.HasFlag(job.FinishedAt is null ? NameSource.OpenJobs : NameSource.EndedJobs))).Select(job => job.Id);
    }
}
