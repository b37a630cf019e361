using MiniLambda.Domain.Blobs;
using MiniLambda.Worker.Modules;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Tests.Modules;

public sealed class ModuleFolderTests : IAsyncLifetime
{
    private static readonly byte[] Module = "bytes of a module"u8.ToArray();

    private ScriptedOrchestrator _orchestrator = null!;
    private OrchestratorLink _link = null!;

    private TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        _orchestrator = await ScriptedOrchestrator.StartAsync();
        _orchestrator.Blobs.Content = Module;
        _link = _orchestrator.Link();
    }

    public async Task DisposeAsync()
    {
        _link.Dispose();
        await _orchestrator.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_module_is_fetched_once_however_many_ask_and_kept_for_the_next_start()
    {
        var modules = Open();
        var paths = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => modules.GetAsync(BlobDigest.Of(Module), CancellationToken.None).AsTask()));
        Assert.Equal(Module, await File.ReadAllBytesAsync(Assert.Single(paths.Distinct())));
        Assert.Equal(paths[0], await Open().GetAsync(BlobDigest.Of(Module), CancellationToken.None));
        Assert.Single(_orchestrator.Blobs.Offsets);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bytes of")]
    [InlineData("BYTES OF A MODULE")]
    public async Task A_kept_module_that_was_damaged_meanwhile_is_fetched_anew(string damaged)
    {
        var path = await Open().GetAsync(BlobDigest.Of(Module), CancellationToken.None);
        await File.WriteAllTextAsync(path, damaged);
        Assert.Equal(Module, await File.ReadAllBytesAsync(await Open().GetAsync(BlobDigest.Of(Module), CancellationToken.None)));
    }

    [Fact]
    public async Task A_module_that_somebody_removed_is_fetched_anew()
    {
        var modules = Open();
        File.Delete(await modules.GetAsync(BlobDigest.Of(Module), CancellationToken.None));
        Assert.Equal(Module, await File.ReadAllBytesAsync(await modules.GetAsync(BlobDigest.Of(Module), CancellationToken.None)));
    }

    private ModuleFolder Open() => new(Folder.FullName, new BlobTransfer(_link, TimeProvider.System, new Random(1)));
}
