using System.Text.RegularExpressions;

namespace MiniLambda.Workbench.Rendering;

/// <summary>What a word means, for its colour.</summary>
public enum Tone
{
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Under way.</summary>
    Busy,

    /// <summary>Waits, or is about to change.</summary>
    Waiting,

    Bad,

    /// <summary>Of less interest, or old.</summary>
    Faint,

    Strong,
}

/// <summary>Colours by the sequences that every terminal knows (ECMA-48, SGR).</summary>
public static partial class Tones
{
    /// <summary>Of a job's state or a worker's status, in the words of the tables.</summary>
    public static Tone Of(string word) => word.Split(',', ' ')[0] switch
    {
        "succeeded" or "ready" => Tone.Good,
        "running" or "leased" => Tone.Busy,
        "queued" or "paused" or "draining" or "drained" or "suspect" or "away" => Tone.Waiting,
        "failed" or "timed-out" or "lost" => Tone.Bad,
        "cancelled" => Tone.Faint,
        _ => Tone.Plain,
    };

    /// <summary>The text in its colour; as it is when colours are not wanted.</summary>
    public static string Paint(this string text, Tone tone, bool isColored)
    {
        var code = tone switch
        {
            Tone.Good => "32",
            Tone.Busy => "36",
            Tone.Waiting => "33",
            Tone.Bad => "31",
            Tone.Faint => "2",
            Tone.Strong => "1",
            _ => "",
        };
        return isColored && code.Length > 0 && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;
    }

    /// <summary>The text without its colours.</summary>
    public static string Strip(string text) => Sequence().Replace(text, "");

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Sequence();
}
