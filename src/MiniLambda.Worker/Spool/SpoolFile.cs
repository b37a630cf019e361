using System.Security.Cryptography;
using Google.Protobuf;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Worker.Spool;

/// <summary>
/// One end of an attempt as a file: 8 bytes that name the format (the last one tells whether the result lies beside it), the SHA-256 of what follows, and
/// the message as it goes on the wire. Anything else, a truncated file included, is no spool file.
/// </summary>
internal static class SpoolFile
{
    private const int MagicBytes = 8;
    private const int HeaderBytes = MagicBytes + SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Magic => "MLSPOOL"u8;

    /// <param name="hasResultFile">Whether the result lies in a file of its own.</param>
    public static byte[] Encode(WorkerMessage ending, bool hasResultFile)
    {
        var file = new byte[HeaderBytes + ending.CalculateSize()];
        Magic.CopyTo(file);
        file[MagicBytes - 1] = Mark(hasResultFile);
        ending.WriteTo(file.AsSpan(HeaderBytes));
        SHA256.HashData(file.AsSpan(HeaderBytes), file.AsSpan(MagicBytes, SHA256.HashSizeInBytes));
        return file;
    }

    /// <summary>What a file says; null when it is damaged.</summary>
    public static (WorkerMessage Ending, bool HasResultFile)? TryDecode(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes || !file.StartsWith(Magic) || (file[MagicBytes - 1] != Mark(false) && file[MagicBytes - 1] != Mark(true)))
            return null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(file[HeaderBytes..], hash);
        if (!hash.SequenceEqual(file[MagicBytes..HeaderBytes]))
            return null;
        try
        {
            var ending = WorkerMessage.Parser.ParseFrom(file[HeaderBytes..]);
            var hasResultFile = file[MagicBytes - 1] == Mark(true);
            return ending.Completed is not null || (ending.Returned is not null && !hasResultFile) ? (ending, hasResultFile) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // Far apart, so that one flipped bit does not make one of the other.
    private static byte Mark(bool hasResultFile) => hasResultFile ? (byte)0x5a : (byte)0xa5;
}
