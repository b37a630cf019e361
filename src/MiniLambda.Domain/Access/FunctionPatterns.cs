using System.Text.RegularExpressions;

namespace MiniLambda.Domain.Access;

/// <summary>Patterns of function names: <c>img-*</c>, where a <c>*</c> stands for any characters, also none.</summary>
public static partial class FunctionPatterns
{
    /// <summary>What a pattern may look like, for error messages.</summary>
    public const string Rule = "a function's name in which * stands for any characters, such as img-*";

    /// <summary>Whether a text is a pattern.</summary>
    public static bool IsValid(string text) => Pattern().IsMatch(text);

    /// <summary>Whether any of the patterns fits a name; true when there are none.</summary>
    public static bool Matches(IReadOnlyList<string> patterns, string name)
    {
        for (var i = 0; i < patterns.Count; i++)
        {
            if (Fits(patterns[i], name))
                return true;
        }

        return patterns.Count == 0;
    }

    /// <summary>Whether a pattern fits a name. A <c>*</c> in the name is fitted by a <c>*</c> alone, so of two patterns it says whether the one covers the other.</summary>
    public static bool Fits(string pattern, string name)
    {
        // The last star is the only one that ever has to take more: whatever an earlier one left over, the later one can take.
        var (p, n, star, taken) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, taken) = (p++, n);
            else if (p < pattern.Length && pattern[p] == name[n])
                (p, n) = (p + 1, n + 1);
            else if (star >= 0)
                (p, n) = (star + 1, ++taken);
            else
                return false;
        }

        return pattern.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }

    /// <summary>Whether all that the inner patterns fit is fitted by the outer ones; no patterns fit all.</summary>
    public static bool Cover(IReadOnlyList<string> outer, IReadOnlyList<string> inner) =>
        outer.Count == 0 || (inner.Count > 0 && inner.All(pattern => outer.Any(o => Fits(o, pattern))));

    [GeneratedRegex(@"\A[a-z0-9*][a-z0-9*-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
