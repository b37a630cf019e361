using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>Bytes as people look at them: JSON laid out, text as it is, the rest in hexadecimal.</summary>
public static class BytesLines
{
    private const int MaxJsonBytes = 1 << 20;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>How bytes are shown.</summary>
    public enum Shape
    {
        Text,
        Json,
        Hex,
    }

    /// <summary>What the bytes are, as far as one can tell by looking at them.</summary>
    public static Shape ShapeOf(Preview preview)
    {
        var bytes = preview.Bytes;
        if (preview.IsWhole && bytes.Length <= MaxJsonBytes && bytes.AsSpan().TrimStart(" \r\n\t"u8) is [(byte)'{' or (byte)'[', ..] && TryJson(bytes, out _))
            return Shape.Json;
        var control = 0;
        foreach (var b in bytes.AsSpan(0, Math.Min(bytes.Length, 4096)))
            control += b is 0 ? 100 : b < 32 && b is not (9 or 10 or 13 or 27) ? 1 : 0;
        return control * 20 > Math.Min(bytes.Length, 4096) || !IsUtf8(bytes, preview.IsWhole) ? Shape.Hex : Shape.Text;
    }

    /// <param name="shape">Null shows them as what they are.</param>
    public static IReadOnlyList<ScreenLine> Of(Preview? preview, string whenUnknown, string whenEmpty, int width, Shape? shape = null)
    {
        if (preview is null)
            return [ScreenLine.Of($" {whenUnknown}", ThemeRole.Muted)];
        if (preview.Size == 0)
            return [ScreenLine.Empty, ScreenLine.Of($" {whenEmpty}", ThemeRole.Muted)];
        var shown = shape ?? ShapeOf(preview);
        var lines = new List<ScreenLine>
        {
            ScreenLine.Of($" {ByteSize.Format(preview.Size)}, {Word(shown)}{(preview.IsWhole ? "" : $"; the first {ByteSize.Format(preview.Bytes.Length)} of it, 's' saves it whole")}", ThemeRole.Muted),
        };
        switch (shown)
        {
            case Shape.Json when TryJson(preview.Bytes, out var json):
                lines.AddRange(json.Split('\n').Select(Json));
                break;
            case Shape.Hex:
                AddHex(lines, preview.Bytes, width);
                break;
            default:
                lines.AddRange(LogText.Escape(preview.Bytes).Split('\n').Select(line => ScreenLine.Of(" " + line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal))));
                break;
        }

        return lines;
    }

    private static string Word(Shape shape) => shape switch
    {
        Shape.Json => "JSON",
        Shape.Hex => "bytes",
        _ => "text",
    };

    private static ScreenLine Json(string text)
    {
        var trimmed = text.TrimStart();
        var line = ScreenLine.Of(" " + text[..(text.Length - trimmed.Length)]);
        if (trimmed.StartsWith('"') && trimmed.IndexOf("\": ", StringComparison.Ordinal) is var end and > 0)
        {
            line.Add(trimmed[..(end + 1)], ThemeRole.Name).Add(": ");
            trimmed = trimmed[(end + 3)..];
        }

        return line.Add(trimmed, trimmed switch
        {
            ['"', ..] => ThemeRole.Text,
            [>= '0' and <= '9' or '-', ..] => ThemeRole.Number,
            ['t' or 'f' or 'n', ..] => ThemeRole.Constant,
            _ => ThemeRole.Plain,
        });
    }

    private static void AddHex(List<ScreenLine> lines, byte[] bytes, int width)
    {
        // 8 columns of offset, 3 for each byte in hexadecimal, 1 as a character.
        var row = width >= 78 ? 16 : 8;
        for (var at = 0; at < bytes.Length; at += row)
        {
            var piece = bytes.AsSpan(at, Math.Min(row, bytes.Length - at));
            var hex = new StringBuilder();
            var text = new StringBuilder();
            foreach (var b in piece)
            {
                hex.Append(System.Globalization.CultureInfo.InvariantCulture, $"{b:x2} ");
                text.Append(b is >= 32 and < 127 ? (char)b : '.');
            }

            lines.Add(new ScreenLine().Add($" {at:x8}  ", ThemeRole.Muted).Cell(hex.ToString(), row * 3 + 1).Add(text.ToString(), ThemeRole.Text));
        }
    }

    private static bool TryJson(byte[] bytes, out string json)
    {
        json = "";
        try
        {
            using var document = JsonDocument.Parse(bytes);
            json = JsonSerializer.Serialize(document.RootElement, Indented);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsUtf8(byte[] bytes, bool isWhole)
    {
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out _, out var used);
            if (status == System.Buffers.OperationStatus.NeedMoreData)
                return !isWhole;
            if (status != System.Buffers.OperationStatus.Done)
                return false;
            rest = rest[used..];
        }

        return true;
    }
}
