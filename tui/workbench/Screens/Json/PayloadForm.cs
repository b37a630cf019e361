using System.Buffers;
using System.Text;
using System.Text.Json;

namespace MiniLambda.Workbench.Screens.Json;

/// <summary>A way to show bytes.</summary>
public enum PayloadForm
{
    Text,
    Json,
    Hex,
}

/// <summary>Finds out what bytes are.</summary>
public static class PayloadForms
{
    private const int MaxDepth = 1000;

    /// <param name="isWhole">Nothing is missing at the end.</param>
    public static PayloadForm Of(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        if (!IsText(bytes))
            return PayloadForm.Hex;
        return IsJson(bytes, isWhole) ? PayloadForm.Json : PayloadForm.Text;
    }

    /// <summary>Objects and lists, one or several; a number or a word alone is as well a text.</summary>
    private static bool IsJson(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        if (bytes.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
            return false;
        var reader = new Utf8JsonReader(bytes, isWhole, new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = MaxDepth }));
        try
        {
            while (reader.Read())
                continue;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Hardly anything in it is neither a character nor one of the controls that texts have.</summary>
    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        var (strange, length) = (0, bytes.Length);
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (status == OperationStatus.NeedMoreData)
                break;
            if (rune.Value == 0)
                return false;
            if (status != OperationStatus.Done || Rune.IsControl(rune) && rune.Value is not ('\t' or '\n' or '\r' or '\f' or '\b' or 0x1b))
                strange++;
            bytes = bytes[consumed..];
        }

        return strange * 100L <= length;
    }
}
