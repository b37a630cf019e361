using System.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Arguments as a shell reads them.</summary>
public static class Quoted
{
    private const string Plain = "@%+=:,./_-";

    /// <summary>The argument itself where a shell takes it as it is, else in single quotes (POSIX shell, 2.2.2).</summary>
    public static string Argument(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Splits a line at blanks; quotes of both kinds and backslashes hold together what belongs together.</summary>
    public static bool TrySplit(string line, out IReadOnlyList<string> words, out string problem)
    {
        var found = new List<string>();
        (words, problem) = (found, "");
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '\'' && c != '\'' || quote == '"' && c is not ('"' or '\\'))
            {
                word.Append(c);
            }
            else if (quote == c)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '\'' or '"' && quote == '\0')
            {
                (quote, isWord) = (c, true);
            }
            else if (c == '\\' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
                isWord = true;
            }
            else if (char.IsWhiteSpace(c))
            {
                End();
            }
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        if (quote != '\0')
            problem = $"a {quote} is not closed";
        End();
        return problem.Length == 0;

        void End()
        {
            if (isWord)
                found.Add(word.ToString());
            word.Clear();
            isWord = false;
        }
    }
}
