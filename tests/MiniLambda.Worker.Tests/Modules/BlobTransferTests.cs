using System.Security.Cryptography;
using Grpc.Core;
using MiniLambda.Domain.Blobs;
using MiniLambda.Worker.Modules;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Tests.Modules;

public sealed class BlobTransferTests : IAsyncLifetime
{
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(1000);
    private ScriptedOrchestrator _orchestrator = null!;
    private OrchestratorLink _link = null!;
    private BlobTransfer _transfer = null!;

    private TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        _orchestrator = await ScriptedOrchestrator.StartAsync();
        _orchestrator.Blobs.Content = _content;
        _link = _orchestrator.Link();
        _transfer = new BlobTransfer(_link, TimeProvider.System, new Random(1));
    }

    public async Task DisposeAsync()
    {
        _link.Dispose();
        await _orchestrator.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_download_that_breaks_goes_on_where_it_had_come_to()
    {
        _orchestrator.Blobs.OnHalf = () => _orchestrator.Blobs.Offsets.Count < 3 ? new RpcException(new Status(StatusCode.Unavailable, "away")) : null;
        await _transfer.DownloadAsync(BlobDigest.Of(_content), Folder.At("blob"), CancellationToken.None);
        Assert.Equal(_content, await File.ReadAllBytesAsync(Folder.At("blob")));
        Assert.Equal([0, 500, 750], _orchestrator.Blobs.Offsets);
    }

    [Fact]
    public async Task Nothing_is_left_of_a_download_that_was_refused_in_its_middle()
    {
        _orchestrator.Blobs.OnHalf = () => new RpcException(new Status(StatusCode.DataLoss, "damaged"));
        await Assert.ThrowsAsync<RpcException>(() => _transfer.DownloadAsync(BlobDigest.Of(_content), Folder.At("blob"), CancellationToken.None));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder.FullName));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_download_that_arrived_damaged()
    {
        var failure = await Assert.ThrowsAsync<IOException>(
            () => _transfer.DownloadAsync(BlobDigest.Of("other bytes"u8), Folder.At("blob"), CancellationToken.None));
        Assert.Contains("arrived damaged", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder.FullName));
    }

    [Fact]
    public async Task An_upload_that_is_refused_in_its_middle_fails_with_the_reason()
    {
        _orchestrator.Blobs.UploadRefusal = new RpcException(new Status(StatusCode.InvalidArgument, "too large"));
        await File.WriteAllBytesAsync(Folder.At("large"), new byte[20 << 20]);
        var failure = await Assert.ThrowsAsync<RpcException>(() => _transfer.UploadAsync(Folder.At("large"), CancellationToken.None));
        Assert.Equal((StatusCode.InvalidArgument, "too large"), (failure.StatusCode, failure.Status.Detail));
    }
}
