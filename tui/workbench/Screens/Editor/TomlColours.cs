using System.Buffers;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>What of a TOML text goes on from one line into the next.</summary>
/// <param name="Quote">Three quotes that are open, by their character; 0 when none are.</param>
/// <param name="Depth">Brackets and braces that are open.</param>
public readonly record struct TomlState(char Quote, int Depth);

/// <summary>Gives the parts of TOML their roles, line by line. A wrong text gets roles as well: it is being written.</summary>
public static class TomlColours
{
    private static readonly SearchValues<char> NeverInKeys = SearchValues.Create("#,[]{}");

    /// <param name="roles">One for each UTF-16 unit of the line; plain before.</param>
    /// <returns>What the next line begins with.</returns>
    public static TomlState Colour(string line, TomlState state, Span<ThemeRole> roles)
    {
        var at = 0;
        if (state.Quote != 0)
        {
            at = EndOfLongString(line, 0, state.Quote);
            roles[..(at < 0 ? line.Length : at)].Fill(ThemeRole.Text);
            if (at < 0)
                return state;
            state = state with { Quote = '\0' };
        }
        else if (state.Depth == 0 && line.AsSpan().TrimStart() is ['[', ..])
        {
            at = EndOfHeader(line);
            roles[..at].Fill(ThemeRole.Section);
        }

        while (at < line.Length)
        {
            var start = at;
            switch (line[at])
            {
                case '#':
                    roles[at..].Fill(ThemeRole.Comment);
                    return state;
                case '"' or '\'':
                    (at, state) = EndOfString(line, at, state);
                    roles[start..at].Fill(IsBeforeEquals(line, at) ? ThemeRole.Name : ThemeRole.Text);
                    break;
                case '[' or '{':
                    state = state with { Depth = state.Depth + 1 };
                    at++;
                    break;
                case ']' or '}':
                    state = state with { Depth = Math.Max(0, state.Depth - 1) };
                    at++;
                    break;
                case var c when IsBare(c) || c == '+':
                    at++;
                    while (at < line.Length && (IsBare(line[at]) || line[at] is '.' or ':' or '+'))
                        at++;
                    roles[start..at].Fill(RoleOf(line, start, at));
                    break;
                default:
                    at++;
                    break;
            }
        }

        return state;
    }

    private static ThemeRole RoleOf(string line, int start, int end)
    {
        if (IsBeforeEquals(line, end))
            return ThemeRole.Name;
        var word = line.AsSpan(start, end - start);
        if (word is "true" or "false" || word.TrimStart("+-") is "inf" or "nan")
            return ThemeRole.Constant;
        return char.IsAsciiDigit(word.TrimStart("+-") is [var first, ..] ? first : ' ') ? ThemeRole.Number : ThemeRole.Plain;
    }

    // A key may have several parts with dots between.
    private static bool IsBeforeEquals(string line, int at)
    {
        while (at < line.Length && line[at] is ' ' or '\t')
            at++;
        if (at == line.Length || line[at] is not ('.' or '='))
            return false;
        if (line[at] == '=')
            return true;
        var equals = line.IndexOf('=', at);
        return equals > 0 && line.AsSpan(at, equals - at).IndexOfAny(NeverInKeys) < 0;
    }

    private static int EndOfHeader(string line)
    {
        var quote = '\0';
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (quote != 0)
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'')
                quote = c;
            else if (c == '#')
                return at;
        }

        return line.Length;
    }

    private static (int End, TomlState State) EndOfString(string line, int at, TomlState state)
    {
        var quote = line[at];
        if (string.CompareOrdinal(line, at, new string(quote, 3), 0, 3) == 0)
        {
            var end = EndOfLongString(line, at + 3, quote);
            return end < 0 ? (line.Length, state with { Quote = quote }) : (end, state);
        }

        for (at++; at < line.Length && line[at] != quote; at++)
        {
            if (line[at] == '\\' && quote == '"')
                at++;
        }

        return (Math.Min(line.Length, at + 1), state);
    }

    /// <summary>After the three quotes; negative when they do not come.</summary>
    private static int EndOfLongString(string line, int at, char quote)
    {
        for (; at + 3 <= line.Length; at++)
        {
            if (line[at] == '\\' && quote == '"')
            {
                at++;
                continue;
            }

            if (string.CompareOrdinal(line, at, new string(quote, 3), 0, 3) != 0)
                continue;
            // Two more quotes before the closing three belong to the text.
            while (at + 3 < line.Length && line[at + 3] == quote)
                at++;
            return at + 3;
        }

        return -1;
    }

    private static bool IsBare(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
