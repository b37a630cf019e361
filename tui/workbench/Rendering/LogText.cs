using System.Buffers;
using System.Globalization;
using System.Text;
using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>
/// Makes what a guest wrote harmless for a terminal: whatever could steer it is shown as <see cref="Printable"/> does, but newlines and tabs stay; what
/// is no UTF-8 is shown byte by byte.
/// </summary>
public static class LogText
{
    /// <summary>Bytes at the end that may begin a character are shown like those that cannot.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes) => Escape(bytes, out _, isLast: true);

    /// <param name="rest">Bytes at the end that begin a character which the next piece may complete; none when this is the last one.</param>
    public static string Escape(ReadOnlySpan<byte> bytes, out int rest, bool isLast)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (status == OperationStatus.NeedMoreData && !isLast)
                break;
            if (status != OperationStatus.Done)
            {
                foreach (var b in bytes[..consumed])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            }
            else if (rune.Value is '\n' or '\t')
            {
                text.Append((char)rune.Value);
            }
            else
            {
                Printable.Append(text, rune);
            }

            bytes = bytes[consumed..];
        }

        rest = bytes.Length;
        return text.ToString();
    }
}
