using System.Runtime.Versioning;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Tests.Backup;

public sealed class BackupTests : IAsyncLifetime
{
    private TestStore _store = null!;

    private string Target => _store.Beside("backup.tar");

    private StoreFolder Other => new(_store.Beside("other"));

    public async Task InitializeAsync() => _store = await TestStore.CreateAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task A_backup_made_while_jobs_come_and_end_restores_a_sound_store_with_every_job_from_before_it()
    {
        var before = new List<JobRecord>();
        for (var i = 0; i < 20; i++)
            before.Add(await _store.FinishedAsync(failures: i % 3));
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await _store.FinishedAsync(failures: 1);
        });

        var summary = await _store.BackupAsync(Target);

        await stop.CancelAsync();
        await load;
        var restored = await TestStore.RestoreAsync(Target, Other.Path);
        Assert.Equal((summary.Jobs, summary.Functions, summary.Blobs), (restored.Jobs, restored.Functions, restored.Blobs));
        Assert.Empty(await TestStore.CheckAsync(Other));
        await using var database = Sqlite.DatabaseFile.Open(Other.Database);
        foreach (var job in before)
            Assert.Equal(job, await new SqliteJobStore(database).FindAsync(job.Id, default));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_backup_is_its_owners_alone_and_leaves_nothing_beside_it()
    {
        await File.WriteAllTextAsync(Target, "an older one");
        await _store.BackupAsync(Target);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        Assert.Equal([Target, _store.Folder.Path], Directory.GetFileSystemEntries(_store.Beside(".")).Select(Path.GetFullPath).Order());
    }

    [Fact]
    public async Task What_a_backup_may_name_is_not_removed_while_it_is_held()
    {
        var blob = await _store.PutAsync("nobody names it");
        using (await BlobHold.TakeAsync(_store.Folder.Blobs, TimeProvider.System, default))
            Assert.False(_store.Blobs.Delete(blob, DateTimeOffset.MaxValue));
        Assert.True(_store.Blobs.Delete(blob, DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task A_damaged_blob_is_told_with_who_names_it_and_the_rest_is_backed_up_and_restored()
    {
        var (damaged, whole) = (await _store.FinishedAsync(0), await _store.FinishedAsync(0));
        _store.Damage(damaged.Status.Report!.Stdout.Blob);
        var lacking = new List<string>();
        await _store.BackupAsync(Target, lacking);

        var hex = damaged.Status.Report!.Stdout.Blob.Hex;
        Assert.Equal([$"blob {hex} is damaged: its bytes do not match its digest; it is the result of job {damaged.Id}"], lacking);
        Assert.Equal([hex], (await TestStore.RestoreAsync(Target, Other.Path)).Lacking);
        Assert.Equal([$"blob {hex}: is missing; it is the result of job {damaged.Id}"], await TestStore.CheckAsync(Other));
        Assert.NotNull(new BlobFolder(Other.Blobs, TimeProvider.System).FindSize(whole.Status.Report!.Stdout.Blob));
    }

    [Fact]
    public async Task A_blob_that_the_disk_does_not_give_is_told_and_the_rest_is_backed_up()
    {
        var (lost, whole) = (await _store.FinishedAsync(0), await _store.FinishedAsync(0));
        var hex = lost.Status.Report!.Stdout.Blob.Hex;
        var path = Path.Combine(_store.Folder.Blobs, hex[..2], hex[2..]);
        File.Delete(path);
        Directory.CreateDirectory(path);
        var lacking = new List<string>();
        await _store.BackupAsync(Target, lacking);

        Assert.StartsWith($"blob {hex} cannot be read: ", Assert.Single(lacking), StringComparison.Ordinal);
        Assert.Equal([hex], (await TestStore.RestoreAsync(Target, Other.Path)).Lacking);
        Assert.NotNull(new BlobFolder(Other.Blobs, TimeProvider.System).FindSize(whole.Status.Report!.Stdout.Blob));
    }

    [Fact]
    public async Task A_backup_whose_inventory_lacks_a_part_is_damaged()
    {
        await _store.BackupAsync(Target);
        var content = await File.ReadAllBytesAsync(Target);
        "\"lackinG\""u8.CopyTo(content.AsSpan(content.AsSpan().LastIndexOf("\"lacking\""u8)));
        await File.WriteAllBytesAsync(Target, content);
        var refused = await Assert.ThrowsAsync<IOException>(() => TestStore.RestoreAsync(Target, Other.Path));
        Assert.StartsWith($"'{Target}' is damaged: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_that_was_killed_is_begun_anew()
    {
        await _store.FinishedAsync(0);
        await _store.BackupAsync(Target);
        Directory.CreateDirectory(Path.Combine(Other.Path, "restoring", "blobs"));
        await File.WriteAllTextAsync(Path.Combine(Other.Path, "restoring", "minilambda.db"), "the first bytes");
        await File.WriteAllTextAsync($"{Other.Database}.lock", "");
        await TestStore.RestoreAsync(Target, Other.Path);
        Assert.Empty(await TestStore.CheckAsync(Other));
        Assert.False(Directory.Exists(Path.Combine(Other.Path, "restoring")));
    }

    [Fact]
    public async Task A_store_that_is_being_read_does_not_give_way_and_loses_nothing()
    {
        await _store.BackupAsync(Target);
        var later = await _store.FinishedAsync(0);
        var crashed = new StoreFolder(_store.Beside("crashed"));
        Directory.CreateDirectory(crashed.Path);
        File.Copy(_store.Folder.Database, crashed.Database);
        File.Copy(_store.Folder.Database + "-wal", crashed.Database + "-wal");
        using (var reader = new SqliteSession(crashed.Database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly))
        {
            reader.ExecuteScript("BEGIN");
            reader.Scalar("SELECT count(*) FROM jobs");
            var refused = await Assert.ThrowsAsync<IOException>(() => TestStore.RestoreAsync(Target, crashed.Path, replace: true));
            Assert.Contains("is being read by another process", refused.Message, StringComparison.Ordinal);
        }

        await using var database = Sqlite.DatabaseFile.Open(crashed.Database);
        Assert.NotNull(await new SqliteJobStore(database).FindAsync(later.Id, default));
    }

    [Fact]
    public async Task A_backup_with_a_flipped_bit_or_cut_off_anywhere_is_refused_and_nothing_is_restored()
    {
        await _store.FinishedAsync(1);
        await _store.SubmitAsync(Payload.OfBytes(new byte[10_000]));
        await _store.BackupAsync(Target);
        var whole = await File.ReadAllBytesAsync(Target);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 40; i++)
        {
            var damaged = whole.ToArray();
            if (i % 2 == 0)
                Array.Resize(ref damaged, random.Next(whole.Length - 2048));
            else
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            var file = _store.Beside("damaged.tar");
            await File.WriteAllBytesAsync(file, damaged);
            try
            {
                await TestStore.RestoreAsync(file, Other.Path);
            }
            catch (IOException)
            {
                Assert.False(Directory.Exists(Other.Path), $"seed {seed}");
                continue;
            }

            // The bit was one that says nothing: padding, or the time of an entry.
            Assert.Empty(await TestStore.CheckAsync(Other));
            Assert.True(i % 2 == 1, $"seed {seed}: a file of {damaged.Length} bytes of {whole.Length} was restored");
            Directory.Delete(Other.Path, recursive: true);
        }
    }

    [Fact]
    public async Task A_store_gives_way_only_when_told_and_nothing_of_it_comes_back()
    {
        await _store.FinishedAsync(0);
        await _store.BackupAsync(Target);
        var later = await _store.FinishedAsync(0);
        var inUse = await Assert.ThrowsAsync<IOException>(() => TestStore.RestoreAsync(Target, _store.Folder.Path, replace: true));
        Assert.Equal($"'{_store.Folder.Path}' is in use by an orchestrator; stop it first", inUse.Message);

        // What stands in the log of a process that was killed must not be taken for the new database's.
        var crashed = new StoreFolder(_store.Beside("crashed"));
        Directory.CreateDirectory(crashed.Path);
        File.Copy(_store.Folder.Database, crashed.Database);
        File.Copy(_store.Folder.Database + "-wal", crashed.Database + "-wal");
        var refused = await Assert.ThrowsAsync<IOException>(() => TestStore.RestoreAsync(Target, crashed.Path));
        Assert.Contains("is not empty", refused.Message, StringComparison.Ordinal);
        await TestStore.RestoreAsync(Target, crashed.Path, replace: true);

        Assert.Empty(await TestStore.CheckAsync(crashed));
        await using var database = Sqlite.DatabaseFile.Open(crashed.Database);
        Assert.Single((await new SqliteJobStore(database).ListAsync(new JobQuery([]), new PageRequest(10), default)).Items);
        Assert.Null(await new SqliteJobStore(database).FindAsync(later.Id, default));
    }

    [Fact]
    public async Task A_damaged_store_is_replaced_and_its_damaged_blob_is_whole_again()
    {
        var job = await _store.FinishedAsync(0);
        await _store.BackupAsync(Target);
        await _store.CloseAsync();
        _store.Damage(job.Status.Report!.Stdout.Blob);
        using (var file = new FileStream(_store.Folder.Database, FileMode.Open))
            file.Write(new byte[8192]);

        await TestStore.RestoreAsync(Target, _store.Folder.Path, replace: true);

        Assert.Empty(await _store.CheckAsync());
    }

    [Fact]
    public async Task Blobs_that_lie_on_a_disk_of_their_own_are_restored_there()
    {
        var job = await _store.FinishedAsync(0);
        await _store.BackupAsync(Target);
        // Memory is another file system where there is this one; else it is the same all the same.
        var elsewhere = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/minilambda-{Guid.NewGuid():N}") : Directory.CreateDirectory(_store.Beside("elsewhere"));
        try
        {
            Directory.CreateDirectory(Other.Path);
            Directory.CreateSymbolicLink(Other.Blobs, elsewhere.FullName);
            await TestStore.RestoreAsync(Target, Other.Path, replace: true);
            Assert.Empty(await TestStore.CheckAsync(Other));
            var hex = job.Status.Report!.Stdout.Blob.Hex;
            Assert.True(File.Exists(Path.Combine(elsewhere.FullName, hex[..2], hex[2..])));
            Assert.Empty(Directory.GetFiles(Path.Combine(elsewhere.FullName, "tmp")));
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Offsets_given_out_after_a_restore_are_greater_than_any_from_before()
    {
        await _store.BackupAsync(Target);
        await _store.CloseAsync();
        // The lost orchestrator went on, over some restarts.
        for (var i = 0; i < 5; i++)
        {
            _store.Open();
            await _store.CloseAsync();
        }

        _store.Open();
        var lost = await _store.SubmitAsync();
        await TestStore.RestoreAsync(Target, Other.Path);
        await _store.CloseAsync();
        await using var database = Sqlite.DatabaseFile.Open(Other.Database);
        var job = new NewJob(lost.Id, lost.Function, 1, JobOverrides.None, default, 0, TestStore.T0, lost.Lane);
        Assert.True((await new SqliteJobStore(database).SubmitAsync(job, null, true, default)).Job.Revision > lost.Revision);
    }

    [Fact]
    public async Task Tokens_that_are_there_before_a_restore_stay()
    {
        await _store.BackupAsync(Target);
        Directory.CreateDirectory(Other.Path);
        await File.WriteAllTextAsync(Path.Combine(Other.Path, "token"), "secret");
        await TestStore.RestoreAsync(Target, Other.Path);
        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(Other.Path, "token")));
        Assert.Equal(["blobs", "minilambda.db", "minilambda.db.lock", "token"], Directory.GetFileSystemEntries(Other.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task What_is_no_backup_and_no_store_is_said_so()
    {
        await File.WriteAllTextAsync(Target, "notes");
        var none = await Assert.ThrowsAsync<IOException>(() => TestStore.RestoreAsync(Target, Other.Path));
        Assert.Equal($"'{Target}' is not a backup of MiniLambda", none.Message);
        var missing = await Assert.ThrowsAsync<IOException>(() => TestStore.CheckAsync(Other));
        Assert.Equal($"there is no store in '{Other.Path}': '{Other.Database}' does not exist", missing.Message);
        Assert.False(Directory.Exists(Other.Path));
    }
}
