using System.CommandLine;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Completion;
using MiniLambda.Workbench.Repl.Editing;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Repl.Prompting;

/// <summary>What the word at the cursor may become.</summary>
internal sealed class LineCompletion(ReplSession session, CommandTerminal terminal, TimeProvider clock)
{
    private readonly RootCommand _root = CommandTree.Create(new GlobalOptions(), terminal);
    private readonly ClusterNames _names = new(terminal, clock);

    public async Task<Suggestions> FindAsync(LineBuffer buffer, CancellationToken cancellationToken)
    {
        var read = WordReader.Read(buffer.Before);
        List<Word> words = [.. read.Words];
        var current = read.Unfinished();
        if (current is null && words.Count > 0 && words[^1].End == buffer.Cursor)
        {
            current = words[^1];
            words.RemoveAt(words.Count - 1);
        }

        current ??= new Word([], buffer.Cursor, buffer.Cursor);
        var typed = Text(current);
        if (read.Problem is not null)
            return new Suggestions(buffer, current.Start, typed, []);
        IReadOnlyList<Suggestion> found = current.Parts is [{ IsVariable: true } variable] && buffer.Text[current.Start] == '$'
            ? [.. session.Variables.Names.Where(n => n.StartsWith(variable.Text, StringComparison.Ordinal)).Select(n => new Suggestion($"${n}"))]
            : await FindAsync([.. words.Select(Text)], typed, cancellationToken);
        return new Suggestions(buffer, current.Start, typed, found);
    }

    private async Task<IReadOnlyList<Suggestion>> FindAsync(string[] words, string typed, CancellationToken cancellationToken)
    {
        var rest = words switch
        {
            ["let", _, "=", .. var command] => command,
            ["let", ..] => null,
            [".help", .. var command] => command,
            ["minilambda", .. var command] => command,
            _ => words,
        };
        if (rest is null)
            return [];
        if (words.Length == 0 && typed.StartsWith('.'))
            return WordCompletion.Matching(Directives.Names.Select(n => new Suggestion(n)), typed);
        var word = rest is [['.', ..] directive] ? OfDirective(directive, typed) : WordCompletion.Of(_root, rest, typed);
        var names = await _names.FindAsync(word, session.Flags.AddTo(rest), cancellationToken);
        return
        [
            .. from suggestion in word.Words.Concat(names) select suggestion with { Value = word.Prefix + suggestion.Value },
            .. from path in FileNames.Matching(word.Typed, word.Sources) select path with { Value = word.Prefix + path.Value },
        ];
    }

    private static WordCompletion OfDirective(string name, string typed) => name switch
    {
        ".read" or ".output" => new WordCompletion([], NameSource.Files, "", typed),
        ".context" => new WordCompletion([], NameSource.Contexts, "", typed),
        ".mode" => new WordCompletion(WordCompletion.Matching(OutputMode.All.Select(m => new Suggestion(m)), typed), NameSource.None, "", typed),
        ".timer" => new WordCompletion(WordCompletion.Matching([new Suggestion("on"), new Suggestion("off")], typed), NameSource.None, "", typed),
        _ => new WordCompletion([], NameSource.None, "", typed),
    };

    private string Text(Word word) => string.Concat(word.Parts.Select(p => p.IsVariable ? session.Variables.Find(p.Text).Value ?? $"${p.Text}" : p.Text));
}
