using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Tenants;

/// <summary>Who is over all tenants, with and without naming one; and who is confined to one.</summary>
public sealed class TenantChoiceTests : IAsyncLifetime
{
    private TwoTenants _two = null!;

    public async Task InitializeAsync() => _two = await TwoTenants.StartAsync();

    public async Task DisposeAsync() => await _two.DisposeAsync();

    [Fact]
    public async Task Who_is_over_all_tenants_works_in_the_default_one_and_lists_all()
    {
        await _two.Cluster.PushAsync("resize", "echoes_stdin", "description = \"of default\"");
        await _two.Cluster.SubmitAsync("resize");
        Assert.Equal("of default", (await _two.All.Functions.GetAsync(new GetFunctionRequest { Name = "resize" })).Description);
        var functions = (await _two.All.Functions.ListAsync(new ListFunctionsRequest())).Functions;
        Assert.Equal([("resize", "default"), ("resize", "photos")], functions.Select(f => (f.Name, f.Tenant)));
        var jobs = (await _two.All.Jobs.ListAsync(new ListJobsRequest())).Jobs;
        Assert.Equal(["default", "photos", "photos", "photos"], jobs.Select(job => job.Tenant));
        Assert.Equal(_two.Done, (await _two.All.Jobs.GetAsync(new GetJobRequest { Id = _two.Done })).Id);
    }

    [Fact]
    public async Task Functions_of_all_tenants_are_listed_page_by_page()
    {
        await _two.Cluster.PushAsync("resize", "echoes_stdin");
        await _two.Cluster.PushAsync("resize", "echoes_stdin", connection: _two.Music);
        var (seen, request) = (new List<string>(), new ListFunctionsRequest { PageSize = 1 });
        do
        {
            var page = await _two.All.Functions.ListAsync(request);
            seen.AddRange(page.Functions.Select(f => f.Tenant));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(["default", "music", "photos"], seen);
    }

    [Fact]
    public async Task Who_is_over_all_tenants_and_names_one_works_in_it_and_sees_it_alone()
    {
        await _two.Cluster.PushAsync("resize", "echoes_stdin");
        var other = await _two.Cluster.SubmitAsync("resize");
        using var inPhotos = _two.In("photos");
        Assert.Equal(3, (await inPhotos.Jobs.ListAsync(new ListJobsRequest())).Jobs.Count);
        Assert.Equal("photos", Assert.Single((await inPhotos.Functions.ListAsync(new ListFunctionsRequest())).Functions).Tenant);
        Assert.Equal(1, (await inPhotos.Cluster.InfoAsync(new ClusterInfoRequest())).QueuedJobs);
        await ApiAssert.RefusedAsync(StatusCode.NotFound, "JOB_NOT_FOUND", async () => await inPhotos.Jobs.GetAsync(new GetJobRequest { Id = other.Id }));
        Assert.Equal("photos", (await inPhotos.Jobs.SubmitAsync(new SubmitJobRequest { Function = "resize" })).Job.Tenant);
        var pushed = await _two.Cluster.PushAsync("fresh", "exits_with_3", connection: inPhotos);
        Assert.Equal("photos", pushed.Tenant);
        Assert.Equal("fresh", (await _two.Photos.Functions.GetAsync(new GetFunctionRequest { Name = "fresh" })).Name);
    }

    [Fact]
    public async Task Who_is_confined_to_a_tenant_may_name_that_one_and_no_other()
    {
        using var own = new ClusterConnection(_two.Cluster.Url, "music-token", tenant: "music");
        Assert.Equal("music", (await own.Cluster.InfoAsync(new ClusterInfoRequest())).Tenant);
        foreach (var other in new[] { "photos", "default", "nobody" })
        {
            using var foreign = new ClusterConnection(_two.Cluster.Url, "music-token", tenant: other);
            await ApiAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () => await foreign.Jobs.ListAsync(new ListJobsRequest()));
            await ApiAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () => await foreign.Jobs.GetAsync(new GetJobRequest { Id = _two.Done }));
        }
    }

    [Theory]
    [InlineData("Photos")]
    [InlineData("../photos")]
    [InlineData("a/b")]
    [InlineData("a,b")]
    [InlineData("-a")]
    public async Task What_is_no_tenants_name_is_refused(string name)
    {
        using var wrong = _two.In(name);
        await ApiAssert.RefusedAsync(StatusCode.InvalidArgument, "TENANT_INVALID", async () => await wrong.Jobs.ListAsync(new ListJobsRequest()));
    }

    [Fact]
    public async Task A_tenant_that_nobody_has_used_yet_is_empty()
    {
        using var fresh = _two.In("fresh");
        Assert.Empty((await fresh.Jobs.ListAsync(new ListJobsRequest())).Jobs);
        await ApiAssert.RefusedAsync(StatusCode.NotFound, "FUNCTION_NOT_FOUND", async () => await fresh.Jobs.SubmitAsync(new SubmitJobRequest { Function = "resize" }));
    }
}
