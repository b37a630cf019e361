using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Folders;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Backup;

/// <summary>Copies a store into one file, also while an orchestrator works in it: the database as it was at one moment, and every blob that it names.</summary>
public static class StoreBackup
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the file, readable by its owner alone, in one step: it is whole or not there. What stands there is replaced.</summary>
    /// <param name="lacking">Is told each blob that is named and cannot be copied, since it is missing or damaged; the rest is copied all the same.</param>
    /// <exception cref="IOException">There is no store, its database is damaged, or the disk refuses; the message says which.</exception>
    public static async Task<BackupSummary> WriteAsync(
        StoreFolder store, string file, TimeProvider clock, Action<string> lacking, CancellationToken cancellationToken)
    {
        store.MustExist();
        file = Path.GetFullPath(file);
        if (Directory.Exists(file))
            throw new IOException($"'{file}' is a folder; name a file");
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
            throw new IOException($"there is no folder '{folder}'");
        // Beside the file, so that the last step is a rename; the database's copy needs room there too, for as long as this takes.
        var drafts = Path.Combine(folder, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}");
        try
        {
            PrivateFolder.Create(drafts);
            var draft = Path.Combine(drafts, "backup.tar");
            var summary = await WriteDraftAsync(store, drafts, draft, clock, lacking, cancellationToken);
            File.Move(draft, file, overwrite: true);
            DurableFolder.Flush(folder);
            return summary;
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.ToIOException(e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{file}' cannot be written: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(drafts))
                Directory.Delete(drafts, recursive: true);
        }
    }

    private static async Task<BackupSummary> WriteDraftAsync(
        StoreFolder store, string drafts, string draft, TimeProvider clock, Action<string> lacking, CancellationToken cancellationToken)
    {
        var database = Path.Combine(drafts, BackupFormat.Database);
        // Before the database is copied: what the copy names is not removed from now on.
        using var hold = await BlobHold.TakeAsync(store.Blobs, clock, cancellationToken);
        var madeAt = clock.GetUtcNow();
        CopyDatabase(store.Database, database);
        using var session = new SqliteSession(database, SqliteOpenMode.ReadOnly);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        await using var file = new FileStream(draft, options);
        await using var tar = new TarWriter(file, TarEntryFormat.Pax, leaveOpen: true);
        await WriteTextAsync(
            tar, BackupFormat.Header,
            JsonSerializer.SerializeToUtf8Bytes(new BackupHeader(BackupFormat.Version, madeAt, (long)session.Scalar("PRAGMA user_version")!), BackupJson.Default.BackupHeader),
            madeAt, cancellationToken);
        await WriteFileAsync(tar, BackupFormat.Database, database, madeAt, cancellationToken);
        var (blobs, lack) = (0L, new List<string>());
        // A blob that rows disagree about the size of comes twice.
        foreach (var digest in NamedBlobRows.All(session).Select(static named => named.Digest).Distinct())
        {
            var (condition, problem) = BlobFiles.Examine(store.Blobs, digest, cancellationToken);
            if (condition != BlobCondition.Whole)
            {
                lack.Add(digest.Hex);
                lacking($"blob {digest.Hex} {problem}; it is {NamedBlobRows.Namers(session, digest)}");
                continue;
            }

            await WriteFileAsync(tar, BackupFormat.NameOf(digest), BlobFiles.PathOf(store.Blobs, digest), madeAt, cancellationToken);
            blobs++;
        }

        await WriteTextAsync(
            tar, BackupFormat.Inventory,
            JsonSerializer.SerializeToUtf8Bytes(new BackupInventory(await DigestOfAsync(database, cancellationToken), blobs, lack), BackupJson.Default.BackupInventory),
            madeAt, cancellationToken);
        var summary = new BackupSummary(
            madeAt, (long)session.Scalar("SELECT count(*) FROM jobs")!, (long)session.Scalar("SELECT count(*) FROM functions")!, blobs, 0, lack);
        await tar.DisposeAsync();
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
        return summary with { Bytes = file.Length };
    }

    /// <summary>The database at one moment, with the space of removed rows left out.</summary>
    private static void CopyDatabase(string from, string to)
    {
        using var session = new SqliteSession(from, SqliteOpenMode.ReadOnly);
        session.ExecuteScript("PRAGMA busy_timeout = 5000;");
        session.Execute("VACUUM INTO $1", to);
    }

    private static async Task WriteFileAsync(TarWriter tar, string name, string path, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        await tar.WriteEntryAsync(Entry(name, content, at), cancellationToken);
    }

    private static async Task WriteTextAsync(TarWriter tar, string name, byte[] text, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var content = new MemoryStream(text);
        await tar.WriteEntryAsync(Entry(name, content, at), cancellationToken);
    }

    private static PaxTarEntry Entry(string name, Stream content, DateTimeOffset at) =>
        new(TarEntryType.RegularFile, name) { DataStream = content, Mode = OwnerOnly, ModificationTime = at };

    private static async Task<string> DigestOfAsync(string path, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(path);
        return BlobDigest.FromHash(await SHA256.HashDataAsync(content, cancellationToken)).Hex;
    }
}
