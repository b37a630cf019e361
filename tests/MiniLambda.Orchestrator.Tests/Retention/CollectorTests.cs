using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Tenants;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Retention;
using MiniLambda.Orchestrator.Tenants;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Orchestrator.Tests.Retention;

public sealed class CollectorTests : IAsyncLifetime, IDisposable
{
    private static readonly Lane Photos = new("photos", "");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly OrchestratorOptions _options = new() { Tenants = { ["photos"] = new TenantPolicy { StoredBytes = 100 } } };
    private readonly JobIdGenerator _ids;
    private readonly SqliteDatabase _database;
    private readonly SqliteJobStore _jobs;
    private readonly SqliteEventLog _events;
    private readonly BlobFolder _blobs;
    private readonly TenantLedger _tenants;
    private readonly Collector _collector;

    public CollectorTests()
    {
        _ids = new JobIdGenerator(_clock, new Random(1));
        _database = SqliteDatabase.Open(DatabasePath, NullLogger.Instance);
        (_jobs, _events) = (new SqliteJobStore(_database), new SqliteEventLog(_database));
        _blobs = new BlobFolder(Path.Combine(_folder.FullName, "blobs"), _clock);
        _tenants = new TenantLedger(_options, _clock);
        _collector = new Collector(_jobs, _events, _tenants, _options, _clock, NullLogger<Collector>.Instance);
    }

    private string DatabasePath => Path.Combine(_folder.FullName, "minilambda.db");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public void Dispose() => _collector.Dispose();

    [Fact]
    public async Task Jobs_are_kept_for_their_time_and_dead_letters_for_theirs()
    {
        var (done, dead, waits) = (await FinishAsync("done"), await FinishAsync(null), (await SubmitAsync("waits", null)).Job.Id);

        _clock.Advance(_options.KeepJobs);
        await CollectAsync();
        Assert.Equal((true, true, true), (await IsThereAsync(done), await IsThereAsync(dead), await IsThereAsync(waits)));

        _clock.Advance(TimeSpan.FromTicks(1));
        await CollectAsync();
        Assert.Equal((false, true, true), (await IsThereAsync(done), await IsThereAsync(dead), await IsThereAsync(waits)));

        _clock.Advance(_options.KeepDeadLetters);
        await CollectAsync();
        Assert.Equal((false, false, true), (await IsThereAsync(done), await IsThereAsync(dead), await IsThereAsync(waits)));
    }

    [Fact]
    public async Task A_tenant_may_store_again_what_was_removed()
    {
        await FinishAsync(new string('x', 100));
        Assert.NotNull(_tenants.Admit("photos", 1));
        Assert.Equal(100, _tenants.Totals.StoredBytes);

        _clock.Advance(_options.KeepJobs + TimeSpan.FromSeconds(1));
        await CollectAsync();

        Assert.Equal(0, _tenants.Totals.StoredBytes);
        Assert.Null(_tenants.Admit("photos", 1));
    }

    [Fact]
    public async Task A_blob_goes_with_the_last_job_that_names_it_and_not_before()
    {
        var blob = (await _blobs.PutAsync(Content(), null, 100, default)).Digest;
        await FinishAsync("", Payload.OfBlob(blob, 5));
        _clock.Advance(TimeSpan.FromDays(1));
        await FinishAsync("", Payload.OfBlob(blob, 5));
        using var sweep = new BlobSweep(_blobs, new SqliteFunctionStore(_database), new SqliteBlobOwners(_database), _clock, NullLogger<BlobSweep>.Instance);

        _clock.Advance(_options.KeepJobs - TimeSpan.FromHours(1));
        await CollectAndSweepAsync();
        Assert.NotNull(_blobs.FindSize(blob));

        _clock.Advance(TimeSpan.FromDays(1));
        await CollectAndSweepAsync();
        Assert.Null(_blobs.FindSize(blob));

        async Task CollectAndSweepAsync()
        {
            await CollectAsync();
            for (var look = 0; look < 2 * BlobSweep.Steps; look++)
                await sweep.SweepAsync((byte)look, default);
        }

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Content()
        {
            await Task.Yield();
            yield return "input"u8.ToArray();
        }
    }

    [Fact]
    public async Task Events_and_keys_go_when_their_time_is_over()
    {
        var key = new Idempotency("k", BlobDigest.Of("one"u8), _clock.GetUtcNow() + TimeSpan.FromHours(1));
        await SubmitAsync("", key);
        _clock.Advance(_options.KeepEvents + TimeSpan.FromSeconds(1));
        await _events.AppendAsync(EventKind.WorkerJoined, "attic", "", _clock.GetUtcNow(), default);

        await CollectAsync();

        Assert.Equal(EventKind.WorkerJoined, Assert.Single(await _events.ReadAsync(0, 10, default)).Kind);
        // As long as anything is kept of a key, nothing else can be asked for under it.
        Assert.Equal(SubmissionStatus.Accepted, (await SubmitAsync("", key with { Request = BlobDigest.Of("two"u8) })).Status);
    }

    [Fact]
    public async Task Space_is_used_again_so_that_the_file_stays_as_large_as_what_is_kept()
    {
        var sizes = new List<long>();
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < Collector.StepRows - 1; i++)
                await FinishAsync(new string('x', 5000));
            _clock.Advance(_options.KeepJobs + TimeSpan.FromSeconds(1));
            await CollectAsync();
            sizes.Add(FileBytes());
        }

        Assert.True(sizes[^1] <= sizes[1] * 1.1, $"the file grew: {string.Join(", ", sizes)} bytes");
    }

    [Fact]
    public async Task More_than_a_step_goes_in_steps_with_pauses()
    {
        for (var i = 0; i < (2 * Collector.StepRows) + 1; i++)
            await FinishAsync("");
        _clock.Advance(_options.KeepJobs + TimeSpan.FromSeconds(1));

        await CollectAsync();

        Assert.Empty((await _jobs.ListAsync(new JobQuery([]), new(10), default)).Items);
    }

    [Fact]
    public async Task A_lane_that_nothing_stands_in_goes()
    {
        await FinishAsync("");
        Assert.Equal(0, await _collector.CollectLanesAsync(default));
        _clock.Advance(_options.KeepJobs + TimeSpan.FromSeconds(1));
        await CollectAsync();
        Assert.Equal(1, await _collector.CollectLanesAsync(default));
    }

    private async Task CollectAsync()
    {
        var collecting = _collector.CollectAsync(default);
        while (!collecting.IsCompleted)
        {
            // The pauses between its steps.
            _clock.Advance(Collector.Pause);
            await Task.Yield();
        }

        await collecting;
    }

    private async Task<bool> IsThereAsync(JobId id) => await _jobs.FindAsync(id, default) is not null;

    private Task<Submission> SubmitAsync(string input, Idempotency? key) => SubmitAsync(Payload.OfBytes(Encoding.UTF8.GetBytes(input)), key);

    private async Task<Submission> SubmitAsync(Payload input, Idempotency? key)
    {
        var job = new NewJob(_ids.Next(), FunctionName.Parse("f"), 1, JobOverrides.None, input, 0, _clock.GetUtcNow(), Photos) { Idempotency = key };
        var submission = await _jobs.SubmitAsync(job, null, true, default);
        if (submission.Status == SubmissionStatus.Accepted)
            _tenants.Moved(submission.Job, default);
        return submission;
    }

    /// <param name="result">Null = it fails for good.</param>
    private async Task<JobId> FinishAsync(string? result, Payload input = default)
    {
        var id = (await SubmitAsync(input, null)).Job.Id;
        await _jobs.ClaimAsync(id, new LeaseClaim("attic", _clock.GetUtcNow(), ""), default);
        var report = result is null
            ? AttemptReport.Failure(AttemptOutcome.Trap, "unreachable")
            : new AttemptReport { Outcome = AttemptOutcome.Succeeded, Stdout = Payload.OfBytes(Encoding.UTF8.GetBytes(result)) };
        var change = await _jobs.FinishAsync(id, 1, report, new RetryPolicy { Attempts = 1 }, _clock.GetUtcNow(), 0, default);
        _tenants.Moved(change.Job!, change.From);
        return id;
    }

    private long FileBytes() => new[] { DatabasePath, $"{DatabasePath}-wal" }.Sum(path => new FileInfo(path).Length);
}
