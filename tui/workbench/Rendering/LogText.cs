using System.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Makes what a guest wrote harmless for a terminal.</summary>
public static class LogText
{
    /// <summary>
    /// UTF-8 with everything that could steer a terminal (C0 and C1 controls, escape sequences) or is no UTF-8 shown as <c>\x1b</c> and the like;
    /// newlines and tabs stay.
    /// </summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (status != System.Buffers.OperationStatus.Done)
            {
                foreach (var b in bytes[..consumed])
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{b:x2}");
            }
            else if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t'))
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            }
            else
            {
                text.Append(rune.ToString());
            }

            bytes = bytes[consumed..];
        }

        return text.ToString();
    }
}
