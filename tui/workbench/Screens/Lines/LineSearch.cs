namespace MiniLambda.Workbench.Screens.Lines;

/// <summary>A text that is looked for; letters match in either case unless the pattern has a capital one.</summary>
public sealed record LineSearch(string Pattern)
{
    private readonly StringComparison _comparison = Pattern.Any(char.IsUpper) ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    public bool IsIn(string text) => Pattern.Length > 0 && text.Contains(Pattern, _comparison);

    /// <summary>Where the matches of a line begin, in UTF-16 units; none overlaps another.</summary>
    public IEnumerable<int> In(string text)
    {
        if (Pattern.Length == 0)
            yield break;
        for (var at = text.IndexOf(Pattern, _comparison); at >= 0; at = text.IndexOf(Pattern, at + Pattern.Length, _comparison))
            yield return at;
    }

    /// <summary>The next line with a match, from the one after <paramref name="line"/> around to that line itself; null when there is none.</summary>
    public int? Next(int line, int count, Func<int, string> textAt, bool backwards = false)
    {
        for (var step = 1; step <= count; step++)
        {
            var candidate = ((line + (backwards ? -step : step)) % count + count) % count;
            if (IsIn(textAt(candidate)))
                return candidate;
        }

        return null;
    }
}
