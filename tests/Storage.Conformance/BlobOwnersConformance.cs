using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every <see cref="IBlobOwners"/> does.</summary>
public abstract class BlobOwnersConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BlobDigest Blob = BlobDigest.Of("bytes"u8);
    private static readonly BlobOwner Photos = BlobOwner.OfTenant("photos");
    private static readonly BlobOwner Music = BlobOwner.OfTenant("music");

    private readonly JobIdGenerator _ids = new(TimeProvider.System, new Random(3));

    private IBlobOwners Owners { get; set; } = null!;

    private IFunctionStore Functions { get; set; } = null!;

    private IJobStore Jobs { get; set; } = null!;

    /// <summary>Opens one and the same storage, closing it first when it is open.</summary>
    protected abstract Task<(IBlobOwners Owners, IFunctionStore Functions, IJobStore Jobs)> ReopenAsync();

    public async Task InitializeAsync() => (Owners, Functions, Jobs) = await ReopenAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task Who_sent_a_blob_owns_it_also_after_a_restart_and_nobody_else_does()
    {
        await Owners.AddAsync(Blob, Photos, default);
        await Owners.AddAsync(Blob, Photos, default);
        (Owners, Functions, Jobs) = await ReopenAsync();

        Assert.True(await OwnsAsync(Photos));
        Assert.False(await OwnsAsync(Music));
        Assert.False(await OwnsAsync(BlobOwner.OfWorker("photos")));
    }

    [Fact]
    public async Task A_worker_owns_what_it_sent_and_not_what_jobs_name()
    {
        await SubmitAsync("photos", "hello", Payload.OfBlob(Blob, 5));
        var worker = BlobOwner.OfWorker("w");
        Assert.False(await OwnsAsync(worker));
        await Owners.AddAsync(Blob, worker, default);
        Assert.True(await OwnsAsync(worker));
    }

    [Fact]
    public async Task A_tenant_owns_the_modules_of_its_functions_until_they_are_deleted()
    {
        const string toml = "name = \"hello\"";
        await Functions.PushAsync("photos", ManifestToml.Read(toml, "test").Manifest!, toml, Blob, 5, T0, default);
        Assert.True(await OwnsAsync(Photos));
        Assert.False(await OwnsAsync(Music));
        await Functions.DeleteAsync("photos", new FunctionReference(FunctionName.Parse("hello"), null), default);
        Assert.False(await OwnsAsync(Photos));
    }

    [Fact]
    public async Task A_tenant_owns_inputs_and_results_of_its_jobs_as_far_as_patterns_leave_them()
    {
        var output = BlobDigest.Of("output"u8);
        var job = await SubmitAsync("photos", "img-crop", Payload.OfBlob(Blob, 5));
        await Jobs.ClaimAsync(job.Id, new LeaseClaim("w", T0), default);
        Assert.False(await Owners.OwnsAsync(output, Photos, [], default));
        await Jobs.FinishAsync(
            job.Id, 1, new AttemptReport { Outcome = AttemptOutcome.Succeeded, Stdout = Payload.OfBlob(output, 6) }, RetryPolicy.Default, T0, 0, default);

        foreach (var blob in new[] { Blob, output })
        {
            Assert.True(await Owners.OwnsAsync(blob, Photos, [], default));
            Assert.True(await Owners.OwnsAsync(blob, Photos, ["other", "img-*"], default));
            Assert.False(await Owners.OwnsAsync(blob, Photos, ["other"], default));
            Assert.False(await Owners.OwnsAsync(blob, Music, [], default));
        }
    }

    [Fact]
    public async Task What_is_forgotten_can_be_taken_back()
    {
        await Owners.AddAsync(Blob, Photos, default);
        await Owners.AddAsync(Blob, BlobOwner.OfWorker("w"), default);
        var senders = await Owners.ForgetAsync(Blob, default);
        Assert.Equal(["tenant:photos", "worker:w"], senders.Order());
        Assert.False(await OwnsAsync(Photos));
        await Owners.RestoreAsync(Blob, senders, default);
        Assert.True(await OwnsAsync(Photos));
        Assert.True(await OwnsAsync(BlobOwner.OfWorker("w")));
    }

    private ValueTask<bool> OwnsAsync(BlobOwner owner) => Owners.OwnsAsync(Blob, owner, [], default);

    private async Task<JobRecord> SubmitAsync(string tenant, string function, Payload input) => (await Jobs.SubmitAsync(
        new NewJob(_ids.Next(), FunctionName.Parse(function), 1, JobOverrides.None, input, 0, T0, new Lane(tenant, "")), null, true, default)).Job;
}
