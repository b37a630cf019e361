using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IAsyncLifetime
{
    private readonly DatabaseFile _file = new();
    private readonly JobIdGenerator _ids = new(TimeProvider.System, new Random());
    private SqliteDatabase _database = null!;
    private SqliteJobStore _jobs = null!;

    public async Task InitializeAsync()
    {
        _database = await _file.ReopenAsync();
        _jobs = new SqliteJobStore(_database);
    }

    public Task DisposeAsync() => _file.RemoveAsync();

    [Fact]
    public async Task A_second_process_is_refused_and_the_first_goes_on()
    {
        var failure = Assert.Throws<IOException>(() => DatabaseFile.Open(_file.Path));

        Assert.Contains("held by another process", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(await _jobs.FindAsync((await SubmitAsync()).Id, default));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        var known = await _database.ReadAsync(session => session.Scalar("PRAGMA user_version"), default);
        await _database.WriteAsync(session => session.Execute("PRAGMA user_version = 99"), default);
        await _file.CloseAsync();
        var before = await File.ReadAllBytesAsync(_file.Path);

        var failure = Assert.Throws<IOException>(() => DatabaseFile.Open(_file.Path));

        Assert.Contains("schema version 99", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"up to {known}:", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_file.Path));
    }

    [Fact]
    public async Task A_damaged_file_is_said_to_be_damaged_in_one_line()
    {
        var path = _file.Beside("damaged.db");
        await File.WriteAllTextAsync(path, new string('x', 5000));

        var failure = Assert.Throws<IOException>(() => DatabaseFile.Open(path));

        Assert.Equal($"cannot open '{path}': the database file is damaged: restore it from a backup", failure.Message);
        // The lock does not outlive the failure.
        File.Delete(path);
        await DatabaseFile.Open(path).DisposeAsync();
    }

    [Fact]
    public void A_path_that_cannot_be_a_file_is_an_io_error()
    {
        Directory.CreateDirectory(_file.Beside("folder.db"));

        Assert.Throws<IOException>(() => DatabaseFile.Open(_file.Beside("folder.db")));
    }

    [Fact]
    public async Task Of_changes_that_share_a_commit_only_the_guilty_one_fails()
    {
        var twice = New();
        await _jobs.SubmitAsync(twice, null, isUrgent: true, default);
        var jobs = Enumerable.Range(0, 200).Select(i => i % 50 == 7 ? twice : New()).ToList();

        var submits = jobs.Select(job => _jobs.SubmitAsync(job, null, isUrgent: true, default)).ToList();

        for (var i = 0; i < submits.Count; i++)
        {
            if (jobs[i] == twice)
                await Assert.ThrowsAsync<IOException>(() => submits[i]);
            else
                Assert.Equal((await submits[i]).Job, await _jobs.FindAsync(jobs[i].Id, default));
        }
    }

    [Fact]
    public async Task Changes_are_made_in_the_order_of_the_calls()
    {
        var jobs = await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => SubmitAsync()).ToList());

        Assert.Equal(jobs.Select(job => job.Sequence).Order(), jobs.Select(job => job.Sequence));
        Assert.Equal(jobs.Select(job => job.Revision).Order(), jobs.Select(job => job.Revision));
    }

    [Fact]
    public async Task Closing_carries_out_what_is_queued_and_then_refuses()
    {
        var submits = Enumerable.Range(0, 500).Select(_ => SubmitAsync()).ToList();

        await _file.CloseAsync();

        var jobs = await Task.WhenAll(submits);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SubmitAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _jobs.FindAsync(jobs[0].Id, default));
        var reopened = new SqliteJobStore(await _file.ReopenAsync());
        Assert.Equal(500, (await reopened.ListAsync(new JobQuery([]), new PageRequest(1000), default)).Items.Count);
    }

    [Fact]
    public async Task A_clean_close_leaves_one_file()
    {
        var id = (await SubmitAsync()).Id;
        await _jobs.FindAsync(id, default);

        await _file.CloseAsync();

        Assert.False(File.Exists(_file.Path + "-wal"));
    }

    [Fact]
    public async Task A_call_cancelled_before_it_is_queued_changes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var job = New();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _jobs.SubmitAsync(job, null, isUrgent: true, cancelled.Token));

        Assert.Null(await _jobs.FindAsync(job.Id, default));
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_crash()
    {
        var jobs = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => SubmitAsync()));

        await using var survivor = DatabaseFile.Open(Crash());

        var found = await new SqliteJobStore(survivor).ListAsync(new JobQuery([]), new PageRequest(1000), default);
        Assert.Equal(jobs.OrderByDescending(job => job.Sequence), found.Items);
    }

    [Fact]
    public async Task A_commit_torn_by_a_crash_is_gone_whole_and_those_before_it_stand()
    {
        var kept = await SubmitAsync();
        var torn = await SubmitAsync(Payload.OfBytes(new byte[60_000]));
        var copy = Crash();
        using (var log = new FileStream(copy + "-wal", FileMode.Open))
            log.SetLength(log.Length - 100);

        await using var survivor = DatabaseFile.Open(copy);

        var store = new SqliteJobStore(survivor);
        Assert.Equal(kept, await store.FindAsync(kept.Id, default));
        Assert.Null(await store.FindAsync(torn.Id, default));
    }

    [Fact]
    public async Task Revisions_grow_over_a_crash()
    {
        var last = await SubmitAsync();

        await using var survivor = DatabaseFile.Open(Crash());

        Assert.True((await new SqliteJobStore(survivor).CancelAsync(last.Id, T0, default)).Job!.Revision > last.Revision);
    }

    [Fact]
    public async Task A_full_disk_is_said_so_and_harms_nothing_that_was_kept()
    {
        var kept = await SubmitAsync();
        await LimitPagesAsync(100);

        var failure = await Assert.ThrowsAsync<StoreFullException>(async () =>
        {
            for (var i = 0; i < 20; i++)
                await SubmitAsync(Payload.OfBytes(new byte[60_000]));
        });

        Assert.Equal("the disk is full", failure.Message);
        Assert.Equal(kept, await _jobs.FindAsync(kept.Id, default));
        await LimitPagesAsync(1_000_000);
        Assert.NotNull(await _jobs.FindAsync((await SubmitAsync(Payload.OfBytes(new byte[60_000]))).Id, default));
    }

    [Theory]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Succeeded)]
    [InlineData(JobState.Failed, JobState.TimedOut)]
    [InlineData(JobState.Leased, JobState.Running, JobState.Queued)]
    public async Task Lists_by_state_read_one_range_of_each_tenant_and_state_and_sort_nothing(params JobState[] states)
    {
        const string range = "USING INDEX jobs_by_state (tenant=? AND state=? AND seq<?)";
        await SubmitAsync(tenant: "a");
        await SubmitAsync(tenant: "b");

        Assert.Equal(2 * states.Length, await RangesAsync(new JobQuery(states), range));
        Assert.Equal(states.Length, await RangesAsync(new JobQuery(states, Tenant: "b"), range));
    }

    [Fact]
    public async Task Lists_of_one_tenant_go_by_none_of_anothers_jobs()
    {
        await SubmitAsync(tenant: "a");
        await SubmitAsync(tenant: "b");

        Assert.Equal(7, await RangesAsync(new JobQuery([], Tenant: "b"), "USING INDEX jobs_by_state (tenant=? AND state=? AND seq<?)"));
        Assert.Equal(1, await RangesAsync(new JobQuery([], FunctionName.Parse("hello"), Tenant: "b"), "USING INDEX jobs_by_function (tenant=? AND function=? AND seq<?)"));
        Assert.Equal(1, await RangesAsync(new JobQuery([], Tenant: "b", DeadLettered: true), "USING INDEX jobs_dead (tenant=? AND seq<?)"));
        Assert.Equal(2, await RangesAsync(new JobQuery([], DeadLettered: true), "USING INDEX jobs_dead (tenant=? AND seq<?)"));
    }

    [Fact]
    public async Task Who_may_name_some_functions_reads_the_ranges_of_those()
    {
        await SubmitAsync(tenant: "b");
        var functions = new SqliteFunctionStore(_database);
        foreach (var name in new[] { "img-a", "img-b", "other" })
        {
            var toml = $"name = \"{name}\"";
            await functions.PushAsync("b", ManifestToml.Read(toml, "test").Manifest!, toml, BlobDigest.Of("m"u8), 1, T0, default);
        }

        var query = new JobQuery([], Tenant: "b") { Functions = ["img-*"] };
        Assert.Equal(2, await RangesAsync(query, "USING INDEX jobs_by_function (tenant=? AND function=? AND seq<?)"));
    }

    [Fact]
    public async Task A_list_over_more_tenants_than_ranges_go_into_one_statement_is_whole_all_the_same()
    {
        for (var i = 0; i < 450; i++)
            await SubmitAsync(tenant: $"t{i}");

        var page = await _jobs.ListAsync(new JobQuery([JobState.Queued, JobState.Failed]), new PageRequest(1000), default);
        Assert.Equal(450, page.Items.Count);
    }

    /// <summary>How many steps of a list's plan go by an index so; none goes through all jobs or sorts.</summary>
    private async Task<int> RangesAsync(JobQuery query, string range)
    {
        var plan = await _database.ReadAsync(
            session =>
            {
                var listing = JobListing.Of(query, new PageRequest(10), null, JobRanges.Of(session, query));
                using var command = session.Compose($"EXPLAIN QUERY PLAN {listing.Sql}", listing.Values);
                using var row = command.ExecuteReader();
                var steps = new List<string>();
                while (row.Read())
                    steps.Add(row.GetString(3));
                return steps;
            },
            default);
        Assert.DoesNotContain(plan, step => step.Contains("SCAN", StringComparison.Ordinal) || step.Contains("TEMP", StringComparison.Ordinal));
        return plan.Count(step => step.Contains(range, StringComparison.Ordinal));
    }

    private static DateTimeOffset T0 { get; } = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The files as they are on disk while the database is open, in another place: what a process finds after the one before was killed.</summary>
    private string Crash()
    {
        var copy = _file.Beside("crashed.db");
        File.Copy(_file.Path, copy);
        File.Copy(_file.Path + "-wal", copy + "-wal");
        return copy;
    }

    private Task<object?> LimitPagesAsync(int pages) => _database.WriteAsync(session => session.Scalar($"PRAGMA max_page_count = {pages}"), default);

    private NewJob New(Payload input = default, string tenant = Lane.DefaultTenant) => new(_ids.Next(), FunctionName.Parse("hello"), 1, JobOverrides.None, input, 0, T0, new Lane(tenant, ""));

    private async Task<JobRecord> SubmitAsync(Payload input = default, string tenant = Lane.DefaultTenant) =>
        (await _jobs.SubmitAsync(New(input, tenant), null, isUrgent: true, default)).Job;
}
