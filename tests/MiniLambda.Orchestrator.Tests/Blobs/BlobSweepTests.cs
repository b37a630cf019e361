using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Orchestrator.Tests.Blobs;

public sealed class BlobSweepTests : IAsyncLifetime, IDisposable
{
    private static readonly FunctionName Name = FunctionName.Parse("f");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SqliteDatabase _database;
    private readonly BlobFolder _blobs;
    private readonly SqliteFunctionStore _functions;
    private readonly BlobSweep _sweep;

    public BlobSweepTests()
    {
        _database = SqliteDatabase.Open(Path.Combine(_folder.FullName, "minilambda.db"), NullLogger.Instance);
        _blobs = new BlobFolder(Path.Combine(_folder.FullName, "blobs"), _clock);
        _functions = new SqliteFunctionStore(_database);
        _sweep = new BlobSweep(_blobs, _functions, new SqliteBlobOwners(_database), _clock, NullLogger<BlobSweep>.Instance);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public void Dispose() => _sweep.Dispose();

    [Fact]
    public async Task A_blob_that_nobody_names_goes_once_its_time_is_over()
    {
        var (unnamed, young) = (await PutAsync("refused module"), BlobDigest.Of("young"u8));
        await LookAsync(3);
        Assert.NotNull(_blobs.FindSize(unnamed));

        _clock.Advance(BlobSweep.Grace);
        await PutAsync("young");
        await LookAsync(1);
        Assert.NotNull(_blobs.FindSize(unnamed));
        await LookAsync(1);
        Assert.Null(_blobs.FindSize(unnamed));
        Assert.NotNull(_blobs.FindSize(young));
    }

    [Fact]
    public async Task Who_sent_a_blob_is_forgotten_with_it_and_not_before()
    {
        var owners = new SqliteBlobOwners(_database);
        var photos = BlobOwner.OfTenant("photos");
        var (gone, kept) = (await PutAsync("unnamed"), await PutAsync("input"));
        await owners.AddAsync(gone, photos, default);
        await owners.AddAsync(kept, photos, default);
        await SubmitAsync(kept);
        _clock.Advance(BlobSweep.Grace);
        await LookAsync(1);
        Assert.True(await owners.OwnsAsync(gone, photos, [], default));
        await LookAsync(1);
        Assert.False(await owners.OwnsAsync(gone, photos, [], default));
        Assert.True(await owners.OwnsAsync(kept, photos, [], default));
    }

    [Fact]
    public async Task What_functions_and_jobs_name_stays()
    {
        var (module, input) = (await PutAsync("module"), await PutAsync("input"));
        await PushAsync(module);
        await SubmitAsync(input);
        _clock.Advance(2 * BlobSweep.Grace);
        await LookAsync(3);
        Assert.Equal((6, 5), (_blobs.FindSize(module), _blobs.FindSize(input)));
    }

    [Fact]
    public async Task A_blob_that_somebody_asked_for_between_two_looks_stays_until_it_is_named()
    {
        var input = await PutAsync("input");
        _clock.Advance(BlobSweep.Grace);
        await LookAsync(1);
        Assert.NotNull(_blobs.Hold(input));
        await LookAsync(2);
        await SubmitAsync(input);
        _clock.Advance(BlobSweep.Grace);
        await LookAsync(2);
        Assert.NotNull(_blobs.FindSize(input));
    }

    [Fact]
    public async Task The_module_of_a_deleted_function_stays_for_a_job_that_was_accepted_at_the_same_moment()
    {
        var module = await PutAsync("module");
        await PushAsync(module);
        _clock.Advance(BlobSweep.Grace);
        await _functions.DeleteAsync(Lane.DefaultTenant, new FunctionReference(Name, null), default);
        await LookAsync(1);
        var job = await SubmitAsync(default);
        await LookAsync(2);
        Assert.NotNull(_blobs.FindSize(module));

        await new SqliteJobStore(_database).CancelAsync(job, _clock.GetUtcNow(), default);
        await LookAsync(2);
        Assert.Null(_blobs.FindSize(module));
    }

    private async Task<BlobDigest> PutAsync(string text)
    {
        var put = await _blobs.PutAsync(Content(), null, 100, default);
        return put.Digest;

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Content()
        {
            await Task.Yield();
            yield return System.Text.Encoding.UTF8.GetBytes(text);
        }
    }

    private async Task PushAsync(BlobDigest module)
    {
        var toml = $"name = \"{Name}\"";
        await _functions.PushAsync(Lane.DefaultTenant, ManifestToml.Read(toml, "test").Manifest!, toml, module, 6, _clock.GetUtcNow(), default);
    }

    private async Task<JobId> SubmitAsync(BlobDigest input)
    {
        var id = new JobIdGenerator(_clock, new Random(1)).Next();
        var payload = input.IsEmpty ? Payload.Empty : Payload.OfBlob(input, 5);
        await new SqliteJobStore(_database).SubmitAsync(new NewJob(id, Name, 1, JobOverrides.None, payload, 0, _clock.GetUtcNow(), new Lane(Lane.DefaultTenant, "")), null, true, default);
        return id;
    }

    private async Task LookAsync(int times)
    {
        for (var i = 0; i < times * BlobSweep.Steps; i++)
            await _sweep.SweepAsync((byte)i, default);
    }
}
