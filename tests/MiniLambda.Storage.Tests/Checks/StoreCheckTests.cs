using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Tests.Checks;

public sealed class StoreCheckTests : IAsyncLifetime
{
    private TestStore _store = null!;

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        await _store.SubmitAsync(Payload.OfBytes(new byte[100]));
        await _store.FinishedAsync(failures: 2);
        await _store.FinishedAsync(failures: 1, AttemptOutcome.Exit);
        await _store.Jobs.CancelAsync((await _store.SubmitAsync()).Id, TestStore.T0, default);
        var leased = await _store.SubmitAsync();
        await _store.Jobs.ClaimAsync(leased.Id, new LeaseClaim("w", TestStore.T0), default);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task A_store_that_jobs_have_gone_through_is_sound_while_it_is_used_and_after()
    {
        Assert.Empty(await _store.CheckAsync());
        await _store.CloseAsync();
        Assert.Empty(await _store.CheckAsync());
    }

    [Theory]
    [InlineData("UPDATE jobs SET state = 3 WHERE seq = 1", "is Running without a lease that stands")]
    [InlineData("UPDATE jobs SET state = 12 WHERE seq = 1", "is in a state that does not exist (12)")]
    [InlineData("UPDATE jobs SET state = 5 WHERE seq = 2", "is Failed with outcome Succeeded")]
    [InlineData("UPDATE jobs SET outcome = NULL WHERE seq = 2", "is Succeeded with no outcome")]
    [InlineData("UPDATE jobs SET worker = '' WHERE seq = 5", "is in attempt 1 with no worker and a moment of its lease")]
    [InlineData("UPDATE jobs SET dead = 0 WHERE seq = 3", "is Failed and not in the dead-letter list")]
    [InlineData("UPDATE jobs SET attempt = 4 WHERE seq = 2", "is Succeeded in attempt 4 and keeps attempts 1 2")]
    [InlineData("DELETE FROM attempts WHERE job = 2 AND attempt = 1", "is Succeeded in attempt 3 and keeps attempts 2")]
    [InlineData("UPDATE jobs SET id = 'nonsense' WHERE seq = 1", "job nonsense: cannot be read")]
    [InlineData("UPDATE jobs SET overrides = '{' WHERE seq = 1", "cannot be read")]
    [InlineData("UPDATE jobs SET input_size = 7 WHERE seq = 1", "has 100 bytes of input in its row, of 7")]
    [InlineData("UPDATE jobs SET rank = 1 WHERE seq = 1", "has a place in the queue that its age and priority do not give")]
    [InlineData("UPDATE jobs SET lane = 99 WHERE seq = 1", "stands in a lane that is not there")]
    [InlineData("UPDATE jobs SET version = 9 WHERE seq = 1", "is of f@9, which is not there")]
    [InlineData("UPDATE jobs SET waits = 1 WHERE seq = 2", "is Succeeded and waits for its time")]
    [InlineData("UPDATE jobs SET result_size = 3 WHERE seq = 2", "not 3; it is the result of job")]
    [InlineData("UPDATE functions SET manifest = 'x ='", "function f@1: its manifest cannot be read")]
    [InlineData("UPDATE functions SET module_size = 9", "has 8 bytes, not 9; it is function f@1")]
    [InlineData("UPDATE events SET data = x'00' WHERE first = (SELECT min(first) FROM events)", "cannot be read")]
    [InlineData("UPDATE events SET last = last + 5 WHERE first = (SELECT min(first) FROM events)", "is not in the order of the log")]
    [InlineData("DELETE FROM meta", "the numbering of openings and jobs is gone")]
    [InlineData("INSERT INTO workers(name, removed_instance) VALUES ('w', 'x')", "worker w: cannot be read")]
    [InlineData("INSERT INTO idempotency VALUES ('t', 'k', 'x', 'y', 1)", "key k: cannot be read")]
    [InlineData("PRAGMA foreign_keys = 0; INSERT INTO attempts(job, attempt, worker, leased_at, finished_at) VALUES (99, 1, 'w', 1, 1)", "a row of attempts refers to a row of jobs that is not there")]
    [InlineData("PRAGMA user_version = 99", "schema: version 99 was made by a newer MiniLambda")]
    public async Task A_row_that_cannot_be_right_is_named(string damage, string finding)
    {
        // Beside the store: a foreign key can only be broken outside a transaction.
        await _store.CloseAsync();
        using (var session = new Storage.Sqlite.SqliteSession(_store.Folder.Database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite))
            session.ExecuteScript(damage);

        Assert.Contains(await _store.CheckAsync(), found => found.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_a_damaged_and_a_stray_file_are_named_and_what_nothing_names_is_no_finding()
    {
        var (damaged, missing) = ((await _store.FinishedAsync(0)).Status.Report!.Stdout.Blob, (await _store.FinishedAsync(0)).Status.Report!.Stdout.Blob);
        var unnamed = await _store.PutAsync("an upload");
        _store.Damage(damaged);
        Assert.True(_store.Blobs.Delete(missing, DateTimeOffset.MaxValue));
        await File.WriteAllTextAsync(Path.Combine(_store.Folder.Blobs, "ab", "notes"), "");

        var findings = await _store.CheckAsync();

        Assert.Equal(3, findings.Count);
        Assert.Contains(findings, found => found.StartsWith($"blob {missing}: is missing; it is the result of job j-", StringComparison.Ordinal));
        Assert.Contains(findings, found => found.StartsWith($"blob {damaged}: is damaged: its bytes do not match its digest; it is the result of job j-", StringComparison.Ordinal));
        Assert.Contains($"file {Path.Combine("blobs", "ab", "notes")}: lies where blobs lie, and bears no blob's name", findings);
        Assert.DoesNotContain(findings, found => found.Contains(unnamed.Hex, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_page_is_named_and_the_rest_is_still_looked_at()
    {
        for (var i = 0; i < 50; i++)
            await _store.SubmitAsync(Payload.OfBytes(new byte[5000]));
        var damaged = (await _store.FinishedAsync(0)).Status.Report!.Stdout.Blob;
        await _store.CloseAsync();
        _store.Damage(damaged);
        _store.DamagePage();

        var findings = await _store.CheckAsync();

        Assert.Contains(findings, found => found.StartsWith("database: ", StringComparison.Ordinal) && found.Contains(" page ", StringComparison.Ordinal));
        Assert.Contains(findings, found => found.StartsWith($"blob {damaged}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_database_is_one_finding()
    {
        await _store.CloseAsync();
        await File.WriteAllTextAsync(_store.Folder.Database, new string('x', 5000));
        Assert.Equal(["database: the database file is damaged: restore it from a backup"], await _store.CheckAsync());
    }
}
