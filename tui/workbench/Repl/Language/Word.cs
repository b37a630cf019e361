namespace MiniLambda.Workbench.Repl.Language;

/// <summary>A piece of a word: text that stands for itself, or the name of a variable.</summary>
/// <param name="IsQuoted">Whether it stays as it is: the value of an unquoted variable falls apart into words at white space.</param>
internal readonly record struct WordPart(string Text, bool IsVariable, bool IsQuoted);

/// <summary>A word as it was typed, before its variables have their values.</summary>
/// <param name="Start">Where it begins in the statement's text, in UTF-16 units.</param>
/// <param name="End">Where it ends there; after its closing quote, if it has one.</param>
internal sealed record Word(IReadOnlyList<WordPart> Parts, int Start, int End)
{
    /// <summary>The text of a word without variables; else null.</summary>
    public string? Literal => Parts.Any(p => p.IsVariable) ? null : string.Concat(Parts.Select(p => p.Text));

    /// <summary>Whether it was typed without quotes, escapes and variables.</summary>
    public bool IsPlain => Parts.All(p => p is { IsVariable: false, IsQuoted: false });
}
