using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Storage.Sqlite;
using Xunit.Abstractions;

namespace MiniLambda.Storage.Tests.Sqlite;

/// <summary>A disk that lost the end of the write-ahead log although it had said that it was kept.</summary>
public sealed class TruncatedLogTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_log_cut_off_anywhere_leaves_a_sound_store_as_it_was_at_some_commit()
    {
        var seed = Environment.TickCount & 0xffff;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var store = await TestStore.CreateAsync();
        for (var i = 0; i < 15; i++)
            await store.FinishedAsync(failures: i % 3);
        var log = await File.ReadAllBytesAsync(store.Folder.Database + "-wal");
        for (var i = 0; i < 20; i++)
        {
            var copy = new StoreFolder(store.Beside($"cut-{i}"));
            CopyFolder(store.Folder.Blobs, copy.Blobs);
            File.Copy(store.Folder.Database, copy.Database);
            // The schema was made by a commit that was folded in with the first ones: without it there is no store at all.
            var kept = log.Length - random.Next(log.Length / 2);
            await File.WriteAllBytesAsync(copy.Database + "-wal", log[..kept]);

            await using (var database = DatabaseFile.Open(copy.Database))
            {
                var jobs = (await new SqliteJobStore(database).ListAsync(new JobQuery([]), new PageRequest(100), default)).Items;
                Assert.Equal(Enumerable.Range(1, jobs.Count).Select(n => (long)n).Reverse(), jobs.Select(job => job.Sequence));
                Assert.True(jobs.Skip(1).All(job => job.Status.IsFinal), $"seed {seed}: {kept} of {log.Length} bytes");
            }

            Assert.Empty(await TestStore.CheckAsync(copy));
        }
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
