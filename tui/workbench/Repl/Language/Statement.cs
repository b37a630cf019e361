namespace MiniLambda.Workbench.Repl.Language;

/// <summary>What one line, or some that belong together, say.</summary>
internal abstract record Statement
{
    /// <summary>Nothing, or a comment.</summary>
    internal sealed record Empty : Statement;

    /// <summary>A command, as the shell would run it.</summary>
    internal sealed record Command(IReadOnlyList<Word> Words) : Statement;

    /// <summary><c>let NAME = COMMAND</c>: what the command prints becomes the variable's value.</summary>
    internal sealed record Capture(string Name, IReadOnlyList<Word> Words) : Statement;

    /// <summary><c>let NAME = "text"</c></summary>
    internal sealed record Assignment(string Name, Word Text) : Statement;

    /// <summary><c>.read FILE</c> and the like.</summary>
    internal sealed record Directive(string Name, IReadOnlyList<Word> Words) : Statement;

    private const string LetRule = "let takes a name, '=', and a command or a \"text\": let id = submit resize --input a.png";

    /// <summary>Reads what words say; null when they say nothing that can be understood.</summary>
    public static Statement? Parse(IReadOnlyList<Word> words, out string problem)
    {
        problem = "";
        if (words.Count == 0)
            return new Empty();
        if (words[0].IsPlain && words[0].Literal is ['.', >= 'a' and <= 'z', ..] name)
            return new Directive(name, [.. words.Skip(1)]);
        if (words[0].IsPlain && words[0].Literal == "let")
            return ParseLet([.. words.Skip(1)], out problem);
        // As it stands in documentation, and in the history of a shell.
        return new Command(words[0].IsPlain && words[0].Literal == "minilambda" && words.Count > 1 ? [.. words.Skip(1)] : words);
    }

    private static Statement? ParseLet(List<Word> words, out string problem)
    {
        problem = LetRule;
        SplitAtSign(words);
        if (words.Count < 3 || words[0].Literal is not { } name || words[1] is not { IsPlain: true, Literal: "=" })
            return null;
        if (!Variables.IsName(name) || name == Variables.LastOutput)
        {
            problem = $"'{name}' cannot be a variable's name: letters, digits and '_' can, beginning with a letter";
            return null;
        }

        problem = "";
        // One word in quotes, or with a variable in it, is a text; anything else is a command.
        return words.Count == 3 && !words[2].IsPlain ? new Assignment(name, words[2]) : new Capture(name, words.GetRange(2, words.Count - 2));
    }

    // 'id=submit' and 'id= submit' are what hands used to a shell type.
    private static void SplitAtSign(List<Word> words)
    {
        if (words.Count == 0 || words[0].Parts is not [{ IsVariable: false, IsQuoted: false } first, ..])
            return;
        var sign = first.Text.IndexOf('=', StringComparison.Ordinal);
        if (sign < 1)
            return;
        var word = words[0];
        words[0] = new Word([first with { Text = first.Text[..sign] }], word.Start, word.Start + sign);
        words.Insert(1, new Word([first with { Text = "=" }], word.Start + sign, word.Start + sign + 1));
        var rest = word.Parts.Skip(1);
        WordPart[] value = first.Text.Length > sign + 1 ? [first with { Text = first.Text[(sign + 1)..] }, .. rest] : [.. rest];
        if (value.Length > 0)
            words.Insert(2, new Word(value, word.Start + sign + 1, word.End));
    }
}
