using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Folders;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Checks;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Backup;

/// <summary>
/// Makes a store of a backup. All of it is unpacked and checked in a corner of the data folder first; then the blobs are moved to their places, and the
/// rename of the database is the one step that makes it the store.
/// </summary>
public static class StoreRestore
{
    private const string Corner = "restoring";

    /// <summary>What may stand in a folder that counts as empty: what its owner puts there before, what file systems do, and what a restore that was killed left.</summary>
    private static readonly string[] Bystanders = ["token", "tenants", "authority", "lost+found", "minilambda.db.lock", Corner];

    /// <summary>
    /// Openings that are passed over. Whoever followed the store's events after the backup was made holds offsets that this one has not given out, and
    /// must not be given others under the same numbers.
    /// </summary>
    private const int OpeningsPassed = 1000;

    /// <param name="replace">Whether a store that stands in the folder gives way.</param>
    /// <exception cref="IOException">The folder is in use or not empty, the file is damaged, or the disk refuses; the store that stood there still does.</exception>
    public static async Task<BackupSummary> ReadAsync(
        string file, StoreFolder store, bool replace, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new IOException($"there is no file '{file}'");
        var wasThere = Directory.Exists(store.Path);
        if (!replace)
            MustBeEmpty(store);
        PrivateFolder.Create(store.Path);
        try
        {
            return await ReadAsync(file, store, clock, logger, cancellationToken);
        }
        catch (Exception e)
        {
            if (!wasThere)
                FolderTree.Delete(store.Path);
            if (e is SqliteException failure)
                throw SqliteErrors.ToIOException(failure);
            throw;
        }
    }

    private static async Task<BackupSummary> ReadAsync(string file, StoreFolder store, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        using var use = Lock(store);
        var corner = new StoreFolder(Path.Combine(store.Path, Corner));
        try
        {
            // A restore that was killed may have left it.
            FolderTree.Delete(corner.Path);
            PrivateFolder.Create(corner.Path);
            var summary = await UnpackAsync(file, corner, clock, logger, cancellationToken);
            Replace(store, corner);
            return summary;
        }
        finally
        {
            FolderTree.Delete(corner.Path);
        }
    }

    private static void MustBeEmpty(StoreFolder store)
    {
        if (!Directory.Exists(store.Path))
            return;
        var other = Directory.EnumerateFileSystemEntries(store.Path).Select(Path.GetFileName).FirstOrDefault(name => !Bystanders.Contains(name));
        if (other is not null)
            throw new IOException($"'{store.Path}' is not empty: there is '{other}'; name a new folder with --data, or replace what it holds with --replace");
    }

    private static FileStream Lock(StoreFolder store)
    {
        try
        {
            return SqliteDatabase.Lock(store.Database);
        }
        catch (IOException e) when (Directory.Exists(store.Path))
        {
            throw new IOException($"'{store.Path}' is in use by an orchestrator; stop it first", e);
        }
    }

    private static async Task<BackupSummary> UnpackAsync(
        string file, StoreFolder corner, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        var (header, inventory) = await BackupReader.UnpackAsync(file, corner, clock, cancellationToken);
        // Brings the schema up to date too, so that all rows can be checked.
        await using (var database = SqliteDatabase.Open(corner.Database, logger))
            await database.WriteAsync(static session => session.Execute("UPDATE meta SET epoch = epoch + $1", OpeningsPassed), cancellationToken);
        var lacking = inventory.Lacking.ToHashSet(StringComparer.Ordinal);
        StoreFinding? worst = null;
        var totals = await StoreCheck.RunAsync(
            corner, clock, finding => worst ??= finding.Part == "blob" && lacking.Contains(finding.Subject) ? null : finding, cancellationToken);
        if (worst is not null)
            throw new IOException($"'{file}' holds a store that is not sound: {worst}; nothing was restored");
        return new BackupSummary(header.MadeAt, totals.Jobs, totals.Functions, totals.Blobs, new FileInfo(file).Length, inventory.Lacking);
    }

    private static void Replace(StoreFolder store, StoreFolder corner)
    {
        // Closing folds it in; where the disk kept it from that, the renamed file would not be what was checked.
        if (new FileInfo(corner.Database + "-wal") is { Exists: true, Length: > 0 })
            throw new IOException($"the database could not be written to '{corner.Path}' to its end; nothing was restored");
        // A blob is named by its digest: those of the store that gives way are in nobody's way, and go when nothing names them.
        if (!Directory.Exists(store.Blobs))
        {
            Directory.Move(corner.Blobs, store.Blobs);
        }
        else
        {
            foreach (var blob in BlobFiles.List(corner.Blobs))
                Move(blob, store.Blobs);
            foreach (var folder in Directory.GetDirectories(store.Blobs))
                DurableFolder.Flush(folder);
            DurableFolder.Flush(store.Blobs);
        }

        FoldLog(store);
        File.Move(corner.Database, store.Database, overwrite: true);
        DurableFolder.Flush(store.Path);
    }

    // Where blobs lie on a disk of their own this is a copy: it comes to its name only when it is whole and on that disk.
    private static void Move(FileInfo blob, string root)
    {
        var place = Path.Combine(Directory.CreateDirectory(Path.Combine(root, blob.Directory!.Name)).FullName, blob.Name);
        blob.MoveTo(Path.Combine(Directory.CreateDirectory(Path.Combine(root, BlobFiles.Temporary)).FullName, Guid.NewGuid().ToString("N")));
        using (var file = File.OpenHandle(blob.FullName, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(file);
        blob.MoveTo(place, overwrite: true);
    }

    // A write-ahead log that outlived its database would be taken for the new one's. It goes into the old database first, so that this is whole for as
    // long as it stands; what cannot take it in, and is not just kept from it, is too damaged to lose anything.
    private static void FoldLog(StoreFolder store)
    {
        if (File.Exists(store.Database + "-wal"))
        {
            try
            {
                using var session = new SqliteSession(store.Database, SqliteOpenMode.ReadWrite);
                if ((long)session.Scalar("PRAGMA wal_checkpoint(TRUNCATE)")! != 0)
                    throw new IOException($"'{store.Path}' is being read by another process, such as a backup or a check; wait until that has ended");
            }
            catch (SqliteException e) when (!SqliteErrors.IsPassing(e))
            {
                // Damaged.
            }
        }

        File.Delete(store.Database + "-wal");
        File.Delete(store.Database + "-shm");
        DurableFolder.Flush(store.Path);
    }
}
