using System.Text;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Repl.Prompting;

/// <summary>What of a line may be kept for later: never a token.</summary>
internal static class KeptLine
{
    /// <summary>The line without the tokens in it; null when it is not to be kept.</summary>
    public static string? Of(string line)
    {
        // As in a shell: who begins with a space wants it forgotten.
        if (line.StartsWith(' ') || line.Trim().Length == 0)
            return null;
        var read = WordReader.Read(line);
        // Of what cannot be read nobody knows where the token ends.
        if (read.Problem is not null || read.IsOpen)
            return line.Contains("tok", StringComparison.OrdinalIgnoreCase) ? null : line;
        if (IsSecret(read.Words))
            return null;
        return Cut(line, read.Words);
    }

    /// <summary>Whether a variable is set whose name says that nobody is to read it.</summary>
    private static bool IsSecret(IReadOnlyList<Word> words) => words.Count > 1 && words[0].Literal == "let"
        && words[1].Parts[0].Text.Split('=')[0] is { } name
        && (name.Contains("token", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase));

    private static string Cut(string line, IReadOnlyList<Word> words)
    {
        var kept = new StringBuilder();
        var from = 0;
        for (var i = 0; i < words.Count; i++)
        {
            var text = string.Concat(words[i].Parts.Select(p => p.Text));
            // Words for the function after -- are its own.
            if (text == "--")
                break;
            // Also where the flag is misspelt a little: the token is the same.
            if (!text.StartsWith("--tok", StringComparison.OrdinalIgnoreCase))
                continue;
            var isAlone = text.IndexOfAny(['=', ':']) < 0 && words[i].Parts.All(p => !p.IsVariable);
            var last = isAlone && i + 1 < words.Count ? i + 1 : i;
            kept.Append(line.AsSpan(from..words[i].Start).TrimEnd(' '));
            from = words[last].End;
            i = last;
        }

        return kept.Append(line.AsSpan(from)).ToString();
    }
}
