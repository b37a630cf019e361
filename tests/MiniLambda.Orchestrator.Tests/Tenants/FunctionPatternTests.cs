using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Tenants;

/// <summary>A token that is confined to functions of some names within its tenant.</summary>
[Trait("Category", "Attack")]
public sealed class FunctionPatternTests : IAsyncLifetime
{
    private readonly Metadata _asImages = [TestCaller.Token("photos", "img-*,thumb")];
    private TwoTenants _two = null!;
    private string _image = "";

    public async Task InitializeAsync()
    {
        _two = await TwoTenants.StartAsync();
        await _two.Cluster.PushAsync("img-crop", "echoes_stdin", connection: _two.Photos);
        _image = (await _two.Photos.Jobs.SubmitAsync(new SubmitJobRequest { Function = "img-crop" })).Job.Id;
        await _two.Cluster.AbortOrchestratorAsync(TestCaller.Add);
        // A read dials again by itself where the old connection broke.
        await _two.All.Cluster.InfoAsync(new ClusterInfoRequest());
    }

    public async Task DisposeAsync() => await _two.DisposeAsync();

    [Fact]
    public async Task Functions_that_do_not_match_and_their_jobs_are_as_if_they_were_not_there()
    {
        var (functions, jobs) = (_two.All.Functions, _two.All.Jobs);
        Assert.Equal("img-crop", Assert.Single((await functions.ListAsync(new ListFunctionsRequest(), _asImages)).Functions).Name);
        Assert.Empty((await functions.ListAsync(new ListFunctionsRequest { Name = "resize" }, _asImages)).Functions);
        Assert.Equal(_image, Assert.Single((await jobs.ListAsync(new ListJobsRequest(), _asImages)).Jobs).Id);
        Assert.Empty((await jobs.ListAsync(new ListJobsRequest { Function = "resize" }, _asImages)).Jobs);
        await ApiAssert.RefusedAsync(
            StatusCode.NotFound, "FUNCTION_NOT_FOUND", async () => await functions.GetAsync(new GetFunctionRequest { Name = "resize" }, _asImages));
        await ApiAssert.RefusedAsync(
            StatusCode.NotFound, "FUNCTION_NOT_FOUND", async () => await functions.DeleteAsync(new DeleteFunctionRequest { Name = "resize" }, _asImages));
        await ApiAssert.RefusedAsync(
            StatusCode.NotFound, "FUNCTION_NOT_FOUND", async () => await jobs.SubmitAsync(new SubmitJobRequest { Function = "resize" }, _asImages));
        await ApiAssert.RefusedAsync(StatusCode.NotFound, "JOB_NOT_FOUND", async () => await jobs.GetAsync(new GetJobRequest { Id = _two.Done }, _asImages));
        await ApiAssert.RefusedAsync(StatusCode.NotFound, "JOB_NOT_FOUND", async () => await jobs.CancelAsync(new CancelJobRequest { Id = _two.Waiting }, _asImages));
        await ApiAssert.RefusedAsync(StatusCode.NotFound, "BLOB_NOT_FOUND", async () => await _two.All.Blobs.StatAsync(new StatBlobRequest { Digest = _two.Result }, _asImages));
        Assert.Equal(1, (await jobs.CancelMatchingAsync(new MatchingJobsRequest { All = true }, _asImages)).Count);
        Assert.Equal(Job.Types.State.Queued, (await _two.Photos.Jobs.GetAsync(new GetJobRequest { Id = _two.Waiting })).State);
        var events = (await TwoTenants.ReadAsync(_two.All.Events.Watch(new WatchEventsRequest(), _asImages))).SelectMany(answer => answer.Events);
        Assert.Equal([_image], events.Where(e => e.Job is not null).Select(e => e.Job.Id).Distinct());
    }

    [Fact]
    public async Task Functions_that_match_are_there_as_ever()
    {
        Assert.Equal(1, (await _two.All.Functions.GetAsync(new GetFunctionRequest { Name = "img-crop" }, _asImages)).Version);
        Assert.Equal(_image, (await _two.All.Jobs.GetAsync(new GetJobRequest { Id = _image }, _asImages)).Id);
        Assert.Equal("photos", (await _two.All.Jobs.SubmitAsync(new SubmitJobRequest { Function = "img-crop" }, _asImages)).Job.Tenant);
    }

    [Fact]
    public async Task A_function_of_another_name_is_not_pushed()
    {
        var request = new PushFunctionRequest { Manifest = "name = \"resize\"\nmodule = \"m.wasm\"\n", ModuleDigest = _two.Function.ModuleDigest };
        await ApiAssert.RefusedAsync(StatusCode.PermissionDenied, "ROLE_FORBIDDEN", async () => await _two.All.Functions.PushAsync(request, _asImages));
    }
}
