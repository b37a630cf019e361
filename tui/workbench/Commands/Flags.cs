using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Commands;

/// <summary>Flags whose refusal says what they take.</summary>
internal static class Flags
{
    /// <summary>A whole number, in its range.</summary>
    public static Option<int> Number(string name, string description, int usual, int min, int max) => new(name)
    {
        Description = description,
        HelpName = "n",
        DefaultValueFactory = _ => usual,
        CustomParser = result => (int)(ReadNumber(result, name, min, max) ?? usual),
    };

    /// <summary>A whole number from 0, or nothing when the flag is not given.</summary>
    public static Option<long?> Count(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "n",
        CustomParser = result => ReadNumber(result, name, 0, long.MaxValue),
    };

    /// <summary>A duration, or nothing when the flag is not given.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "duration",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DurationText.TryParse(text, out var duration))
                return duration;
            result.AddError($"{name} takes {DurationText.Rule}, not '{text}'");
            return null;
        },
    };

    /// <summary>A moment, or nothing when the flag is not given: with its offset from UTC, or in local time; a time of day alone means the next such.</summary>
    public static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "moment",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var now = TimeProvider.System.GetLocalNow();
            if (TryReadTime(text, now, out var today))
                return today > now ? today : today.AddDays(1);
            if (TryReadMoment(text, out var moment))
                return moment;
            result.AddError($"{name} takes a moment such as 18:30, 2026-05-01T18:30 or 2026-05-01T16:30:00Z, not '{text}'");
            return null;
        },
    };

    /// <summary>A moment that was, or nothing when the flag is not given: a duration before now, or as <see cref="Moment"/>; a time of day means the last such.</summary>
    public static Option<DateTimeOffset?> Past(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ago",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var now = TimeProvider.System.GetLocalNow();
            if (DurationText.TryParse(text, out var ago) && ago <= now - DateTimeOffset.UnixEpoch)
                return now - ago;
            if (TryReadTime(text, now, out var today))
                return today > now ? today.AddDays(-1) : today;
            if (TryReadMoment(text, out var moment))
                return moment;
            result.AddError($"{name} takes how long ago, such as 10m or 2h, or a moment such as 18:30, 2026-05-01T18:30 or 2026-05-01T16:30:00Z, not '{text}'");
            return null;
        },
    };

    /// <summary>One word, or for a repeatable flag some words, out of those there are.</summary>
    public static void AcceptOnly(this Option option, IReadOnlyCollection<string> words)
    {
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !words.Contains(t.Value)))
                result.AddError($"{option.Name} takes {Listed(words, "or")}, not '{token.Value}'");
        });
    }

    /// <summary>Pairs of a key and a value; the key is never empty.</summary>
    public static Option<string[]> Pairs(string name, string description, string helpName)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => t.Value.IndexOf('=') < 1))
                result.AddError($"{name} takes K=V, not '{token.Value}'");
        });
        return option;
    }

    /// <summary><c>a, b or c</c></summary>
    public static string Listed(IReadOnlyCollection<string> words, string last) =>
        words.Count == 1 ? words.First() : $"{string.Join(", ", words.SkipLast(1))} {last} {words.Last()}";

    /// <summary>A time of day, as today's.</summary>
    private static bool TryReadTime(string text, DateTimeOffset now, out DateTimeOffset today)
    {
        var isTime = TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        today = new DateTimeOffset(now.Date + time.ToTimeSpan(), now.Offset);
        return isTime;
    }

    private static bool TryReadMoment(string text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal,
        out moment);

    private static long? ReadNumber(ArgumentResult result, string name, long min, long max)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, null, out var number) && number >= min && number <= max)
            return number;
        var range = max >= int.MaxValue ? $"from {min}" : $"from {min} to {max}";
        result.AddError($"{name} takes a number {range}, not '{text}'");
        return null;
    }
}
