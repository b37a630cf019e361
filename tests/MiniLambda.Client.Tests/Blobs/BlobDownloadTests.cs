using System.Security.Cryptography;
using MiniLambda.Client.Blobs;

namespace MiniLambda.Client.Tests.Blobs;

public sealed class BlobDownloadTests : IAsyncLifetime
{
    private GrpcServer _server = null!;
    private ClusterConnection _cluster = null!;

    public async Task InitializeAsync()
    {
        _server = await GrpcServer.StartAsync();
        _cluster = _server.Connect();
    }

    public async Task DisposeAsync()
    {
        _cluster.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1000, null)]
    [InlineData(1000, 400)]
    public async Task A_blob_comes_whole_also_when_the_connection_breaks(int size, int? breaksAfter)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        _server.Blobs.Kept[digest] = content;
        _server.Blobs.BreaksAfter = breaksAfter;
        using var target = new MemoryStream();
        await _cluster.Blobs.DownloadAsync(digest, target, default);
        Assert.Equal(content, target.ToArray());
    }

    [Fact]
    public async Task Bytes_that_are_not_the_blobs_are_refused()
    {
        var digest = new string('0', 64);
        _server.Blobs.Kept[digest] = [1, 2, 3];
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => _cluster.Blobs.DownloadAsync(digest, Stream.Null, default));
        Assert.Contains(digest, failure.Message, StringComparison.Ordinal);
    }
}
