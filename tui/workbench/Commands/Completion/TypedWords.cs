using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Commands.Completion;

/// <summary>A command line while it is typed.</summary>
internal static class TypedWords
{
    /// <summary>The words of a line; the last, which may be empty, is the one that is typed.</summary>
    public static IReadOnlyList<string> Of(string line)
    {
        var read = WordReader.Read(line);
        List<string> words = [.. read.Words.Select(w => string.Concat(w.Parts.Select(p => p.IsVariable ? $"${p.Text}" : p.Text)))];
        if (read.Unfinished() is { } open)
            words.Add(string.Concat(open.Parts.Select(p => p.Text)));
        else if (read.Words.Count == 0 || read.Words[^1].End < line.Length)
            words.Add("");
        return words;
    }
}
