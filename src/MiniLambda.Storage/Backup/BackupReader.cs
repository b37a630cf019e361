using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiniLambda.Domain.Blobs;
using MiniLambda.Storage.Blobs;

namespace MiniLambda.Storage.Backup;

/// <summary>Unpacks a backup into a folder, and holds every byte of it against its digest.</summary>
internal static class BackupReader
{
    /// <exception cref="IOException">The file is no backup, of a newer version, damaged or cut off; or the disk refuses.</exception>
    public static async Task<(BackupHeader Header, BackupInventory Inventory)> UnpackAsync(
        string file, StoreFolder into, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return await UnpackAsync(content, file, into, clock, cancellationToken);
        }
        // What the reader of tar files makes of bytes that are none.
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or JsonException or ArgumentException or OverflowException)
        {
            throw Damaged(file, e.Message, e);
        }
    }

    private static async Task<(BackupHeader Header, BackupInventory Inventory)> UnpackAsync(
        FileStream content, string file, StoreFolder into, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(content, leaveOpen: true);
        var header = await ReadHeaderAsync(tar, file, cancellationToken);
        var blobs = new BlobFolder(into.Blobs, clock);
        var (database, count) = ("", 0L);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is not TarEntryType.RegularFile)
                throw Damaged(file, $"it holds '{entry.Name}', which is no file");
            if (entry.Name == BackupFormat.Database && database.Length == 0)
            {
                database = await CopyAsync(entry, into.Database, cancellationToken);
            }
            else if (entry.Name.StartsWith(BackupFormat.BlobPrefix, StringComparison.Ordinal)
                && BlobDigest.TryParse(entry.Name[BackupFormat.BlobPrefix.Length..], out var digest))
            {
                var put = await blobs.PutAsync(PiecesAsync(entry), digest, entry.Length, cancellationToken);
                if (put.Status is not BlobPutStatus.Stored)
                    throw Damaged(file, put.Status == BlobPutStatus.AlreadyStored ? $"blob {digest.Short} is in it twice" : $"the bytes of blob {digest.Short} do not match its digest");
                count++;
            }
            else if (entry.Name == BackupFormat.Inventory)
            {
                var inventory = await ReadTextAsync(entry, BackupJson.Default.BackupInventory, cancellationToken);
                if (inventory.DatabaseDigest != database)
                    throw Damaged(file, "the bytes of the database do not match its digest");
                if (inventory.Blobs != count)
                    throw Damaged(file, $"it holds {count} of its {inventory.Blobs} blobs");
                return (header, inventory);
            }
            else
            {
                throw Damaged(file, $"it holds '{entry.Name}', which is not of a backup");
            }
        }

        throw Damaged(file, "it ends before its inventory");
    }

    private static async Task<BackupHeader> ReadHeaderAsync(TarReader tar, string file, CancellationToken cancellationToken)
    {
        TarEntry? first = null;
        try
        {
            first = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            // Not even a tar file.
        }

        if (first?.Name != BackupFormat.Header)
            throw new IOException($"'{file}' is not a backup of MiniLambda");
        var header = await ReadTextAsync(first, BackupJson.Default.BackupHeader, cancellationToken);
        return header.Format == BackupFormat.Version
            ? header
            : throw new IOException($"'{file}' has format {header.Format}, this program knows {BackupFormat.Version}: it was made by a newer MiniLambda");
    }

    private static async Task<T> ReadTextAsync<T>(TarEntry entry, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (entry.Length > BackupFormat.MaxTextBytes || entry.DataStream is null)
            throw new InvalidDataException($"'{entry.Name}' has {entry.Length} bytes");
        return await JsonSerializer.DeserializeAsync(entry.DataStream, type, cancellationToken) ?? throw new InvalidDataException($"'{entry.Name}' says nothing");
    }

    private static async Task<string> CopyAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await foreach (var piece in PiecesAsync(entry).WithCancellation(cancellationToken))
        {
            hash.AppendData(piece.Span);
            await file.WriteAsync(piece, cancellationToken);
        }

        file.Flush(flushToDisk: true);
        return BlobDigest.FromHash(hash.GetHashAndReset()).Hex;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(TarEntry entry)
    {
        // An entry of no bytes has no stream.
        if (entry.DataStream is not { } content)
            yield break;
        var buffer = new byte[256 << 10];
        int read;
        while ((read = await content.ReadAsync(buffer)) > 0)
            yield return buffer.AsMemory(0, read);
    }

    private static IOException Damaged(string file, string how, Exception? cause = null) => new($"'{file}' is damaged: {how.TrimEnd('.')}", cause);
}
