using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Paging;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every <see cref="IFunctionStore"/> does.</summary>
public abstract class FunctionStoreConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);
    private const string Tenant = Lane.DefaultTenant;
    private static readonly BlobDigest ModuleA = BlobDigest.Of("module a"u8);
    private static readonly BlobDigest ModuleB = BlobDigest.Of("module b"u8);

    private IFunctionStore Store { get; set; } = null!;

    private IJobStore Jobs { get; set; } = null!;

    /// <summary>Opens one and the same storage, closing it first when it is open.</summary>
    protected abstract Task<(IFunctionStore Functions, IJobStore Jobs)> ReopenAsync();

    public async Task InitializeAsync() => (Store, Jobs) = await ReopenAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task Versions_are_numbered_from_one()
    {
        var first = await PushAsync("hello", ModuleA);
        var second = await PushAsync("hello", ModuleB);
        var other = await PushAsync("other", ModuleA);

        Assert.Equal((1, true), (first.Function.Version, first.Created));
        Assert.Equal((2, true), (second.Function.Version, second.Created));
        Assert.Equal((1, true), (other.Function.Version, other.Created));
    }

    [Fact]
    public async Task Names_and_numbers_are_each_tenants_own()
    {
        await PushAsync("hello", ModuleA);
        await PushAsync("hello", ModuleB);
        var toml = "name = \"hello\"";
        var (other, created) = await Store.PushAsync("photos", ManifestToml.Read(toml, "test").Manifest!, toml, ModuleA, 8, T0, default);

        Assert.Equal(("photos", 1, true), (other.Tenant, other.Version, created));
        Assert.Equal((Tenant, 2), ((await FindAsync("hello"))!.Tenant, (await FindAsync("hello"))!.Version));
        Assert.Null(await Store.FindAsync("music", Reference("hello"), default));
        Assert.Null(await Store.FindForJobAsync("photos", other.Name, 2, default));
        Assert.Equal([Tenant, "photos"], (await Store.ListAsync(null, [], new PageRequest(10), default)).Items.Select(f => f.Tenant));
        Assert.Equal(["photos"], (await Store.ListAsync("photos", [], new PageRequest(10), default)).Items.Select(f => f.Tenant));
        Assert.Equal(1, await Store.DeleteAsync("photos", Reference("hello"), default));
        Assert.NotNull(await FindAsync("hello"));
    }

    [Fact]
    public async Task A_list_leaves_out_names_that_match_no_pattern()
    {
        foreach (var name in new[] { "img-a", "img-b", "other", "resize" })
            await PushAsync(name, ModuleA);
        Assert.Equal(["img-a", "img-b", "resize"], (await Store.ListAsync(Tenant, ["img-?", "re*"], new PageRequest(10), default)).Items.Select(f => f.Name.Value));
        Assert.Equal(["img-a"], (await Store.ListAsync(null, ["*-a"], new PageRequest(10), default)).Items.Select(f => f.Name.Value));
    }

    [Fact]
    public async Task Pushing_the_newest_again_makes_no_version()
    {
        var first = await PushAsync("hello", ModuleA);

        var again = await PushAsync("hello", ModuleA);
        var changed = await PushAsync("hello", ModuleA, "description = \"new\"\n");
        var back = await PushAsync("hello", ModuleA);

        Assert.Equal((1, false), (again.Function.Version, again.Created));
        Assert.Equal(first.Function.CreatedAt, again.Function.CreatedAt);
        Assert.Equal((2, true), (changed.Function.Version, changed.Created));
        Assert.Equal((3, true), (back.Function.Version, back.Created));
    }

    [Fact]
    public async Task A_version_is_found_as_it_was_pushed_also_after_a_restart()
    {
        const string settings = "description = \"says hello\"\n[limits]\ntimeout = \"2s\"\n";
        var pushed = (await PushAsync("hello", ModuleA, settings)).Function;

        (Store, Jobs) = await ReopenAsync();
        var found = await FindAsync("hello");

        Assert.Equal(pushed with { Manifest = found!.Manifest }, found);
        Assert.Equal(
            ("says hello", TimeSpan.FromSeconds(2), CapabilityGrants.None.Clock),
            (found.Manifest.Description, found.Manifest.Limits.Timeout, found.Manifest.Capabilities.Clock));
    }

    [Fact]
    public async Task A_reference_names_the_newest_or_one_version()
    {
        await PushAsync("hello", ModuleA);
        await PushAsync("hello", ModuleB);

        Assert.Equal(2, (await FindAsync("hello"))!.Version);
        Assert.Equal(ModuleA, (await FindAsync("hello@1"))!.Module);
        Assert.Null(await FindAsync("hello@3"));
        Assert.Null(await FindAsync("nobody"));
    }

    [Fact]
    public async Task Of_many_pushes_at_once_each_gets_its_own_number()
    {
        var pushes = await Task.WhenAll(Enumerable.Range(1, 40).Select(i => Task.Run(() => PushAsync("hello", BlobDigest.Of([(byte)i])))));

        Assert.Equal(Enumerable.Range(1, 40), pushes.Select(push => push.Function.Version).Order());
    }

    [Fact]
    public async Task A_deleted_version_is_gone_and_the_one_before_is_the_newest()
    {
        await PushAsync("hello", ModuleA);
        await PushAsync("hello", ModuleB);

        Assert.Equal(1, await DeleteAsync("hello@2"));

        Assert.Null(await FindAsync("hello@2"));
        Assert.Equal(1, (await FindAsync("hello"))!.Version);
        Assert.Equal(0, await DeleteAsync("hello@2"));
    }

    [Fact]
    public async Task A_deleted_functions_numbers_are_not_used_again()
    {
        await PushAsync("hello", ModuleA);
        await PushAsync("hello", ModuleB);

        Assert.Equal(2, await DeleteAsync("hello"));
        (Store, Jobs) = await ReopenAsync();

        Assert.Null(await FindAsync("hello"));
        Assert.Empty((await Store.ListAsync(Tenant, [], new PageRequest(10), default)).Items);
        Assert.Equal((3, true), await VersionOf(PushAsync("hello", ModuleB)));
    }

    [Fact]
    public async Task A_job_finds_its_version_also_when_it_was_deleted()
    {
        var pushed = (await PushAsync("hello", ModuleA)).Function;
        await DeleteAsync("hello");

        var found = await Store.FindForJobAsync(Tenant, pushed.Name, 1, default);

        Assert.Equal(pushed with { Manifest = found!.Manifest }, found);
        Assert.Null(await Store.FindForJobAsync(Tenant, pushed.Name, 2, default));
    }

    [Fact]
    public async Task A_module_is_named_by_versions_and_by_the_unfinished_jobs_of_deleted_ones()
    {
        var pushed = (await PushAsync("hello", ModuleA)).Function;
        Assert.True(await Store.IsNamedAsync(ModuleA, default));
        Assert.False(await Store.IsNamedAsync(ModuleB, default));

        var job = await Jobs.SubmitAsync(
            new NewJob(new JobIdGenerator(TimeProvider.System, new Random()).Next(), pushed.Name, 1, JobOverrides.None, default, 0, T0, new Lane(Lane.DefaultTenant, "")), null, true, default);
        await DeleteAsync("hello");
        Assert.True(await Store.IsNamedAsync(ModuleA, default));

        await Jobs.CancelAsync(job.Job.Id, T0, default);
        Assert.False(await Store.IsNamedAsync(ModuleA, default));
    }

    [Fact]
    public async Task A_blob_is_named_by_the_jobs_that_read_or_wrote_it()
    {
        await PushAsync("hello", ModuleA);
        var (name, done) = (FunctionName.Parse("hello"), new AttemptReport { Outcome = AttemptOutcome.Succeeded, ExitCode = 0 });
        var (input, output) = (Payload.OfBlob(BlobDigest.Of("in"u8), 100_000), Payload.OfBlob(BlobDigest.Of("out"u8), 100_000));
        var id = new JobIdGenerator(TimeProvider.System, new Random()).Next();
        await Jobs.SubmitAsync(
            new NewJob(id, name, 1, JobOverrides.None, input, 0, T0, new Lane(Lane.DefaultTenant, "")), new LeaseClaim("w", T0), isUrgent: true, default);
        Assert.True(await Store.IsNamedAsync(input.Blob, default));
        Assert.False(await Store.IsNamedAsync(output.Blob, default));
        await Jobs.FinishAsync(id, 1, done with { Stdout = output }, new RetryPolicy(), T0, 0, default);
        Assert.True(await Store.IsNamedAsync(output.Blob, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public async Task Pages_show_the_newest_of_every_function_by_name(int size)
    {
        foreach (var name in new[] { "c", "a", "d", "b" })
            await PushAsync(name, ModuleA);
        await PushAsync("b", ModuleB);
        await DeleteAsync("d");

        var seen = await AllAsync(token => Store.ListAsync(Tenant, [], new PageRequest(size, token), default));

        Assert.Equal([("a", 1), ("b", 2), ("c", 1)], seen.Select(f => (f.Name.Value, f.Version)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public async Task Pages_show_the_versions_of_a_function_newest_first(int size)
    {
        for (byte i = 0; i < 5; i++)
            await PushAsync("hello", BlobDigest.Of([i]));
        await PushAsync("other", ModuleA);
        await DeleteAsync("hello@3");

        var seen = await AllAsync(token => Store.ListVersionsAsync(Tenant, FunctionName.Parse("hello"), new PageRequest(size, token), default));

        Assert.Equal([5, 4, 2, 1], seen.Select(f => f.Version));
    }

    [Fact]
    public async Task A_foreign_page_token_is_refused()
    {
        await Assert.ThrowsAsync<FormatException>(async () => await Store.ListAsync(Tenant, [], new PageRequest(10, "No Name"), default));
        await Assert.ThrowsAsync<FormatException>(
            async () => await Store.ListVersionsAsync(Tenant, FunctionName.Parse("hello"), new PageRequest(10, "hello"), default));
    }

    private static async Task<(int Version, bool Created)> VersionOf(Task<(FunctionVersion Function, bool Created)> push)
    {
        var (function, created) = await push;
        return (function.Version, created);
    }

    private static async Task<List<FunctionVersion>> AllAsync(Func<string, ValueTask<Page<FunctionVersion>>> list)
    {
        var all = new List<FunctionVersion>();
        var token = "";
        do
        {
            var page = await list(token);
            all.AddRange(page.Items);
            token = page.NextToken;
        }
        while (token.Length > 0);
        return all;
    }

    private Task<(FunctionVersion Function, bool Created)> PushAsync(string name, BlobDigest module, string settings = "")
    {
        var toml = $"name = \"{name}\"\n{settings}";
        return Store.PushAsync(Tenant, ManifestToml.Read(toml, "test").Manifest!, toml, module, 8, T0, default);
    }

    private ValueTask<FunctionVersion?> FindAsync(string text) => Store.FindAsync(Tenant, Reference(text), default);

    private Task<int> DeleteAsync(string text) => Store.DeleteAsync(Tenant, Reference(text), default);

    private static FunctionReference Reference(string text) =>
        FunctionReference.TryParse(text, out var reference) ? reference : throw new FormatException(text);
}
