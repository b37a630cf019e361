using System.Text;

namespace MiniLambda.Workbench.Repl.Language;

/// <summary>Words with the values of their variables in place.</summary>
internal static class Expansion
{
    private static readonly char[] Separators = [' ', '\t', '\n'];

    /// <summary>The arguments that words stand for. An unquoted variable gives as many as its value has words, as in a shell.</summary>
    /// <param name="find">The value of a variable, or null and why it has none.</param>
    /// <param name="problem">What is wrong when null is returned.</param>
    public static List<string>? Of(IEnumerable<Word> words, Func<string, (string? Value, string Reason)> find, out string problem)
    {
        var args = new List<string>();
        problem = "";
        foreach (var word in words)
        {
            StringBuilder? current = null;
            foreach (var part in word.Parts)
            {
                var text = part.Text;
                if (part.IsVariable)
                {
                    (var value, problem) = find(part.Text);
                    if (value is null)
                        return null;
                    text = value;
                }

                if (!part.IsVariable || part.IsQuoted)
                {
                    (current ??= new StringBuilder()).Append(text);
                    continue;
                }

                Split(text, args, ref current);
            }

            if (current is not null)
                args.Add(current.ToString());
        }

        return args;
    }

    private static void Split(string value, List<string> args, ref StringBuilder? current)
    {
        for (var i = 0; i < value.Length;)
        {
            var end = value.IndexOfAny(Separators, i);
            if (end < 0)
                end = value.Length;
            if (end > i)
                (current ??= new StringBuilder()).Append(value, i, end - i);
            if (end < value.Length && current is not null)
            {
                args.Add(current.ToString());
                current = null;
            }

            i = end + 1;
        }
    }
}
