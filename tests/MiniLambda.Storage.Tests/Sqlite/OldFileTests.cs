using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Tests.Sqlite;

/// <summary>Files from before functions belonged to tenants, when everybody's jobs named the same ones.</summary>
public sealed class OldFileTests : IAsyncLifetime
{
    private static readonly BlobDigest Module = BlobDigest.Of("m"u8);
    private static readonly BlobDigest Input = BlobDigest.Of("i"u8);
    private readonly DatabaseFile _file = new();

    public Task InitializeAsync()
    {
        using var session = new SqliteSession(_file.Path, SqliteOpenMode.ReadWriteCreate);
        Migrations.Apply(session, _file.Path, 5);
        session.ExecuteScript(
            $"""
            INSERT INTO functions(name, version, module, module_size, manifest, created_at, deleted) VALUES
                ('shared', 1, '{Module.Hex}', 1, 'name = "shared"', 0, 0), ('shared', 2, '{Module.Hex}', 1, 'name = "shared"', 0, 0),
                ('gone', 1, '{Module.Hex}', 1, 'name = "gone"', 0, 1), ('own', 1, '{Module.Hex}', 1, 'name = "own"', 0, 0);
            INSERT INTO lanes(id, tenant, placement) VALUES (1, 'default', ''), (2, 'photos', '134217728 2'), (3, 'music', '');
            INSERT INTO jobs(seq, id, function, version, priority, created_at, input_size, input_digest, revision, state, attempt, failures, not_before, worker, lane, rank)
            VALUES
                (1, '{Id(1)}', 'own', 1, 0, 0, 0, NULL, 1, 4, 1, 0, 0, 'w', 1, 0),
                (2, '{Id(2)}', 'shared', 1, 0, 0, 1, '{Input.Hex}', 2, 1, 0, 0, 0, '', 2, 0),
                (3, '{Id(3)}', 'gone', 1, 0, 0, 0, NULL, 3, 3, 1, 0, 0, 'w', 2, 0),
                (4, '{Id(4)}', 'shared', 2, 0, 0, 0, NULL, 4, 4, 1, 0, 0, 'w', 3, 0);
            """);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _file.RemoveAsync();

    [Fact]
    public async Task What_another_tenants_jobs_name_is_its_own_from_now_on()
    {
        var database = await _file.ReopenAsync();
        var functions = new SqliteFunctionStore(database);

        Assert.Equal(
            [("own", "default"), ("shared", "default"), ("shared", "music"), ("shared", "photos")],
            (await functions.ListAsync(null, [], new PageRequest(10), default)).Items.Select(f => (f.Name.Value, f.Tenant)));
        // A name without a version means the newest, as it did.
        Assert.Equal(2, (await functions.FindAsync("photos", new FunctionReference(FunctionName.Parse("shared"), null), default))!.Version);
        Assert.NotNull(await functions.FindForJobAsync("photos", FunctionName.Parse("shared"), 1, default));
        // A deleted one that an unfinished job still runs.
        Assert.NotNull(await functions.FindForJobAsync("photos", FunctionName.Parse("gone"), 1, default));
        Assert.Null(await functions.FindAsync("photos", new FunctionReference(FunctionName.Parse("gone"), 1), default));
        Assert.Null(await functions.FindForJobAsync("music", FunctionName.Parse("own"), 1, default));
        Assert.True(await functions.IsNamedAsync(Module, default));
    }

    [Fact]
    public async Task Jobs_are_of_their_tenants_those_that_are_unfinished_too()
    {
        var database = await _file.ReopenAsync();
        var jobs = new SqliteJobStore(database);

        var photos = (await jobs.ListAsync(new JobQuery([], Tenant: "photos"), new PageRequest(10), default)).Items;
        Assert.Equal([Id(3), Id(2)], photos.Select(job => job.Id));
        Assert.All(photos, job => Assert.Equal("photos", job.Lane.Tenant));
        var lane = Assert.Single((await jobs.ListReadyLanesAsync(new PageRequest(10), default)).Items);
        var ready = Assert.Single(await jobs.ReadReadyAsync(lane, null, 10, default));
        Assert.NotNull(await new SqliteFunctionStore(database).FindForJobAsync(ready.Lane.Tenant, ready.Function, ready.Version, default));
        var lease = Assert.Single(await jobs.ListLeasesAsync(default));
        Assert.Equal(("photos", Id(3)), (lease.Tenant, lease.Id));
        Assert.Equal(1, (await jobs.CountAsync(default))["photos"].Queued);
        Assert.True(await new SqliteBlobOwners(database).OwnsAsync(Input, BlobOwner.OfTenant("photos"), [], default));
        Assert.False(await new SqliteBlobOwners(database).OwnsAsync(Input, BlobOwner.OfTenant("music"), [], default));
    }

    [Fact]
    public async Task Jobs_that_may_run_stand_in_the_lanes_of_their_functions()
    {
        var database = await _file.ReopenAsync();
        var (jobs, functions) = (new SqliteJobStore(database), new SqliteFunctionStore(database));

        foreach (var number in (int[])[2, 3])
        {
            var job = (await jobs.FindAsync(Id(number), default))!;
            var function = (await functions.FindForJobAsync("photos", job.Function, job.Version, default))!;
            // Memory and slots were a resource class's, which is not known here.
            var placed = function.Manifest with { Slots = 2, Limits = function.Manifest.Limits with { MemoryBytes = 128 << 20 } };
            Assert.Equal(new Lane("photos", Placement.Key(placed)), job.Lane);
        }

        // Who has an outcome stays where it is.
        Assert.Equal(new Lane("default", ""), (await jobs.FindAsync(Id(1), default))!.Lane);
    }

    private static JobId Id(int number) => JobId.Parse($"j-000000000000{number}");
}
