using System.Buffers;
using System.Globalization;
using System.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>
/// Makes what a guest or another machine wrote harmless for a terminal: whatever could steer it (C0 and C1 controls, so every escape sequence;
/// the marks that turn the direction of text) or is no UTF-8 is shown as <c>\x1b</c>, <c>\u202e</c> and the like.
/// </summary>
public static class LogText
{
    /// <summary>Newlines and tabs stay. Bytes at the end that may begin a character are shown like those that cannot.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes) => Escape(bytes, out _, isLast: true);

    /// <summary>Newlines and tabs stay.</summary>
    /// <param name="rest">Bytes at the end that begin a character which the next piece may complete; none when this is the last one.</param>
    public static string Escape(ReadOnlySpan<byte> bytes, out int rest, bool isLast)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (status == OperationStatus.NeedMoreData && !isLast)
                break;
            if (status == OperationStatus.Done)
            {
                Append(text, rune, isLine: false);
            }
            else
            {
                foreach (var b in bytes[..consumed])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            }

            bytes = bytes[consumed..];
        }

        rest = bytes.Length;
        return text.ToString();
    }

    /// <summary>For one line or one cell: newlines are shown too, and a tab is a space.</summary>
    public static string EscapeLine(string text)
    {
        if (!text.EnumerateRunes().Any(Steers))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Append(line, rune, isLine: true);
        return line.ToString();
    }

    private static void Append(StringBuilder text, Rune rune, bool isLine)
    {
        if (rune.Value == '\t' && isLine)
            text.Append(' ');
        else if (!Steers(rune) || (!isLine && rune.Value is '\n' or '\t'))
            text.Append(rune.ToString());
        else
            text.Append(rune.Value < 0x100 ? $"\\x{rune.Value:x2}" : $"\\u{rune.Value:x4}");
    }

    // Line and paragraph separators, and the bidirectional controls of Unicode Standard Annex 9.
    private static bool Steers(Rune rune) => Rune.IsControl(rune)
        || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x2028 and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
