using System.IO.Enumeration;

namespace MiniLambda.Domain.Functions;

/// <summary>Patterns of names, such as <c>img-*</c>: a star stands for any text, also for none.</summary>
public static class FunctionPattern
{
    /// <summary>What a pattern may look like, for error messages.</summary>
    public const string Rule = "a name, or one with '*' for any text, such as img-*";

    public static bool IsValid(string pattern) =>
        pattern.Length is > 0 and <= 64 && pattern.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '*');

    public static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    /// <summary>Whether any of the patterns fits.</summary>
    public static bool AnyMatches(IEnumerable<string> patterns, string name) => patterns.Any(pattern => Matches(pattern, name));
}
