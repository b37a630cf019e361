namespace MiniLambda.Domain.Access;

/// <summary>
/// Patterns of function names that a caller is confined to: <c>*</c> stands for any characters, also none, <c>?</c> for any one, every other character
/// for itself.
/// </summary>
public static class FunctionPatterns
{
    /// <summary>The longest pattern, in characters: that of a name.</summary>
    public const int MaxLength = 63;

    /// <summary>What a pattern may look like, for error messages.</summary>
    public const string Rule = "lowercase letters, digits, '-', '*' and '?', at most 63";

    /// <summary>Whether a text is a pattern.</summary>
    public static bool IsValid(string pattern) =>
        pattern.Length is > 0 and <= MaxLength && pattern.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '*' or '?');

    /// <summary>Whether a name matches one of the patterns, or there is none.</summary>
    public static bool Matches(IReadOnlyList<string> patterns, string name)
    {
        if (patterns.Count == 0)
            return true;
        for (var i = 0; i < patterns.Count; i++)
        {
            if (Matches(patterns[i], name))
                return true;
        }

        return false;
    }

    // Only the last star is ever taken back: the time is at most the product of the lengths.
    private static bool Matches(string pattern, string name)
    {
        var (p, n, star, taken) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, taken) = (p++, n);
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
                (p, n) = (p + 1, n + 1);
            else if (star >= 0)
                (p, n) = (star + 1, ++taken);
            else
                return false;
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
