using System.Globalization;
using System.Text;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;

namespace MiniLambda.Orchestrator.Web.Rendering;

/// <summary>How values are written on the page.</summary>
internal static class Words
{
    public const string Nothing = "–";

    /// <summary>A moment, UTC, as people read it.</summary>
    public static string Moment(DateTimeOffset? at) => at?.UtcDateTime.ToString("d MMM HH:mm:ss", CultureInfo.InvariantCulture) ?? Nothing;

    /// <summary>A moment as programs read it.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Span(TimeSpan? span) => span is { } known ? DurationText.Humanize(known) : Nothing;

    public static string Size(long bytes) => ByteSize.Format(bytes);

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    public static string Rate(double perSecond) => perSecond switch
    {
        0 => "0",
        < 10 => perSecond.ToString("0.0", CultureInfo.InvariantCulture),
        _ => Count((long)Math.Round(perSecond)),
    };

    public static string Percent(double fraction) => $"{Math.Round(fraction * 100).ToString(CultureInfo.InvariantCulture)} %";

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static string State(JobState state) => state switch
    {
        JobState.TimedOut => "timed out",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <summary>How an attempt ended, in a word or two: <c>memory limit</c>.</summary>
    public static string Outcome(AttemptOutcome outcome)
    {
        var words = new StringBuilder();
        foreach (var letter in outcome.ToString())
        {
            if (char.IsUpper(letter) && words.Length > 0)
                words.Append(' ');
            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }

    /// <summary>Text from outside in its lines, with all that could steer a reader or a terminal shown as <c>\x1b</c>.</summary>
    /// <param name="maxLength">UTF-16 units of the text that are shown; a longer one ends in an ellipsis.</param>
    public static string Lines(string text, int maxLength = int.MaxValue)
    {
        if (text.Length > maxLength)
            return Lines(text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)]) + "…";
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t')
                shown.Append((char)rune.Value);
            else
                Printable.Append(shown, rune);
        }

        return shown.ToString();
    }
}
