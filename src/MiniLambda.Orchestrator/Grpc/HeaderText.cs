using System.Text;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Makes the message of a refusal fit into the header that bears it.</summary>
internal static class HeaderText
{
    /// <summary>
    /// Bytes of a message as it is encoded in a header. It goes out twice, the second time as base64 among the details; both together stay under 8 KiB,
    /// the least that gRPC implementations take.
    /// </summary>
    public const int MaxBytes = 3 << 10;

    private const int RoomForCount = 32;

    /// <summary>The message; of one that is too long the first lines (or parts between semicolons), and how many more there are.</summary>
    public static string Fit(string message)
    {
        // A character takes at least one byte, so what is far too long is not gone through.
        if (message.Length <= MaxBytes && EncodedBytes(message) <= MaxBytes)
            return message;
        var (separator, what) = message.Contains('\n', StringComparison.Ordinal) ? ("\n", " lines") : ("; ", "");
        var parts = message.Split(separator);
        var (kept, bytes) = (0, 0);
        while (kept < parts.Length && (bytes += EncodedBytes(parts[kept]) + EncodedBytes(separator)) <= MaxBytes - RoomForCount)
            kept++;
        return kept == 0 ? Cut(parts[0]) : $"{string.Join(separator, parts.Take(kept))}{separator}and {parts.Length - kept} more{what}";
    }

    private static string Cut(string text)
    {
        var (length, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += EncodedBytes(rune)) > MaxBytes - RoomForCount)
                break;
            length += rune.Utf16SequenceLength;
        }

        return $"{text[..length]}…";
    }

    private static int EncodedBytes(string text)
    {
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
            bytes += EncodedBytes(rune);
        return bytes;
    }

    // Percent-encoding (gRPC over HTTP/2, "Status-Message").
    private static int EncodedBytes(Rune rune) => rune.Value is >= 0x20 and <= 0x7e and not '%' ? 1 : 3 * rune.Utf8SequenceLength;
}
