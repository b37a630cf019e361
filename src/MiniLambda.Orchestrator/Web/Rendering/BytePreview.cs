using System.Globalization;
using System.Text;
using System.Text.Unicode;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Web.Rendering;

/// <summary>The beginning of some bytes, as far as a page shows it.</summary>
/// <param name="Text">For people; of bytes that are no text, as hexadecimal numbers.</param>
/// <param name="Shown">Bytes of it.</param>
internal sealed record BytePreview(string Text, bool IsText, long Shown, long Size)
{
    private const int MaxTextBytes = 32 << 10;
    private const int MaxBinaryBytes = 512;
    private const int LineBytes = 16;

    public static async Task<BytePreview> ReadAsync(IBlobStore blobs, Payload payload, CancellationToken cancellationToken)
    {
        if (payload.Blob.IsEmpty)
            return Of(payload.Inline.Span, payload.Size);
        await using var stream = blobs.OpenRead(payload.Blob);
        if (stream is null)
            return new BytePreview("", true, 0, payload.Size);
        var begin = new byte[MaxTextBytes];
        return Of(begin.AsSpan(0, await stream.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, cancellationToken)), payload.Size);
    }

    /// <param name="begin">At least the beginning.</param>
    /// <param name="size">Bytes in all.</param>
    public static BytePreview Of(ReadOnlySpan<byte> begin, long size)
    {
        var text = begin[..Math.Min(begin.Length, MaxTextBytes)];
        // A character that is cut in two at the end makes no binary of a text.
        var whole = text.Length < size ? text[..WholeCharacters(text)] : text;
        if (Utf8.IsValid(whole) && !whole.Contains((byte)0))
            return new BytePreview(Words.Lines(Encoding.UTF8.GetString(whole)), true, whole.Length, size);
        var binary = begin[..Math.Min(begin.Length, MaxBinaryBytes)];
        return new BytePreview(Hex(binary), false, binary.Length, size);
    }

    private static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        var end = text.Length;
        for (var back = 1; back <= Math.Min(4, text.Length); back++)
        {
            var value = text[^back];
            if ((value & 0xC0) == 0x80)
                continue;
            var length = value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : value >= 0xC0 ? 2 : 1;
            return length > back ? end - back : end;
        }

        return end;
    }

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var lines = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += LineBytes)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{at:x4} ");
            foreach (var value in bytes[at..Math.Min(bytes.Length, at + LineBytes)])
                lines.Append(CultureInfo.InvariantCulture, $" {value:x2}");
            lines.Append('\n');
        }

        return lines.ToString();
    }
}
