using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Tenants;

/// <summary>Functions and blobs of another tenant: as if they were not there, by name and by digest.</summary>
[Trait("Category", "Attack")]
public sealed class ForeignFunctionTests : IAsyncLifetime
{
    private TwoTenants _two = null!;

    public async Task InitializeAsync() => _two = await TwoTenants.StartAsync();

    public async Task DisposeAsync() => await _two.DisposeAsync();

    [Fact]
    public async Task Another_tenants_function_is_in_every_call_as_one_that_never_was()
    {
        var functions = _two.Music.Functions;
        Func<Task>[] calls =
        [
            async () => await functions.GetAsync(new GetFunctionRequest { Name = "resize" }),
            async () => await functions.DeleteAsync(new DeleteFunctionRequest { Name = "resize" }),
            async () => await _two.Music.Jobs.SubmitAsync(new SubmitJobRequest { Function = "resize" }),
            async () => await _two.Music.Jobs.InvokeAsync(new SubmitJobRequest { Function = "resize" }),
        ];
        foreach (var call in calls)
            Assert.Equal("there is no function 'resize'", await ApiAssert.RefusedAsync(StatusCode.NotFound, "FUNCTION_NOT_FOUND", call));
        Assert.Empty((await functions.ListAsync(new ListFunctionsRequest())).Functions);
        Assert.Empty((await functions.ListAsync(new ListFunctionsRequest { Name = "resize" })).Functions);

        using var batch = _two.Music.Jobs.SubmitBatch();
        await batch.RequestStream.WriteAsync(new SubmitJobRequest { Function = "resize" });
        await batch.RequestStream.CompleteAsync();
        Assert.True(await batch.ResponseStream.MoveNext(default));
        Assert.Equal("FUNCTION_NOT_FOUND", batch.ResponseStream.Current.Reason);
    }

    [Fact]
    public async Task A_name_is_each_tenants_own()
    {
        var own = await _two.Cluster.PushAsync("resize", "echoes_stdin", "description = \"another\"", _two.Music);
        Assert.Equal((1, "music"), (own.Version, own.Tenant));
        Assert.Equal("another", (await _two.Music.Functions.GetAsync(new GetFunctionRequest { Name = "resize" })).Description);
        await _two.Music.Functions.DeleteAsync(new DeleteFunctionRequest { Name = "resize" });
        Assert.Equal("", (await _two.Photos.Functions.GetAsync(new GetFunctionRequest { Name = "resize" })).Description);
    }

    [Fact]
    public async Task A_digest_opens_nothing_that_another_tenant_sent_or_made()
    {
        await _two.Cluster.PushAsync("mine", "exits_with_3", connection: _two.Music);
        foreach (var digest in new[] { _two.Input, _two.Result, _two.Function.ModuleDigest })
        {
            Func<Task>[] calls =
            [
                async () => await _two.Music.Blobs.StatAsync(new StatBlobRequest { Digest = digest }),
                async () => await TwoTenants.ReadAsync(_two.Music.Blobs.Download(new DownloadBlobRequest { Digest = digest })),
                async () => await _two.Music.Jobs.SubmitAsync(new SubmitJobRequest { Function = "mine", InputDigest = digest }),
            ];
            foreach (var call in calls)
                await ApiAssert.RefusedAsync(StatusCode.NotFound, "BLOB_NOT_FOUND", call);
            await ApiAssert.RefusedAsync(StatusCode.FailedPrecondition, "MODULE_NOT_UPLOADED", async () =>
                await _two.Music.Functions.PushAsync(new PushFunctionRequest { Manifest = "name = \"stolen\"\nmodule = \"m.wasm\"\n", ModuleDigest = digest }));
            // Its own tenant may: of the result only its job tells that it is its own.
            Assert.True((await _two.Photos.Blobs.StatAsync(new StatBlobRequest { Digest = digest })).Size > 0);
            Assert.NotEmpty(await TwoTenants.ReadAsync(_two.Photos.Blobs.Download(new DownloadBlobRequest { Digest = digest })));
        }
    }

    [Fact]
    public async Task Who_has_the_same_bytes_sends_them_and_may_name_them_from_then_on()
    {
        var digest = await TwoTenants.UploadAsync(_two.Music, TwoTenants.Secret + " on stdin");
        Assert.Equal(_two.Input, digest);
        await _two.Music.Blobs.StatAsync(new StatBlobRequest { Digest = digest });
        await _two.Cluster.RestartOrchestratorAsync();
        await _two.Music.Blobs.StatAsync(new StatBlobRequest { Digest = digest });
    }
}
