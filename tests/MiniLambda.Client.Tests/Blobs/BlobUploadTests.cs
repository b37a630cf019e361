using System.Security.Cryptography;
using Grpc.Core;
using MiniLambda.Client.Blobs;

namespace MiniLambda.Client.Tests.Blobs;

public sealed class BlobUploadTests : IAsyncLifetime
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
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((256 << 10) + 1)]
    [InlineData(3 << 20)]
    public async Task A_blob_arrives_whole_under_its_digest(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var digest = await _cluster.Blobs.UploadAsync(new MemoryStream(content), CancellationToken.None);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), digest);
        Assert.Equal(content, _server.Blobs.Kept[digest]);
        Assert.All(_server.Blobs.Pieces, piece => Assert.InRange(piece, 1, 1 << 20));
    }

    [Fact]
    public async Task A_stream_is_sent_from_its_start_wherever_it_stands()
    {
        using var content = new MemoryStream("whole"u8.ToArray()) { Position = 3 };
        Assert.Equal("whole"u8.ToArray(), _server.Blobs.Kept[await _cluster.Blobs.UploadAsync(content, CancellationToken.None)]);
    }

    [Fact]
    public async Task What_the_orchestrator_holds_is_not_sent_again()
    {
        var first = await _cluster.Blobs.UploadAsync(new MemoryStream([1, 2, 3]), CancellationToken.None);
        Assert.Equal(first, await _cluster.Blobs.UploadAsync(new MemoryStream([1, 2, 3]), CancellationToken.None));
        Assert.Equal([3], _server.Blobs.Pieces);
    }

    [Fact]
    public async Task Progress_ends_at_the_size()
    {
        var progress = new Told();
        await _cluster.Blobs.UploadAsync(new MemoryStream(new byte[600_000]), CancellationToken.None, progress);
        Assert.Equal([256 << 10, 512 << 10, 600_000], progress.Sizes);
    }

    [Fact]
    public async Task A_refusal_in_the_middle_of_the_upload_is_told_as_it_was_said()
    {
        _server.Blobs.Refusal = GrpcServer.Refusal(StatusCode.InvalidArgument, "BLOB_TOO_LARGE", "more than 1MiB are not accepted");
        var refusal = await Assert.ThrowsAsync<ApiException>(
            () => _cluster.Blobs.UploadAsync(new MemoryStream(new byte[20 << 20]), CancellationToken.None));
        Assert.Equal(("BLOB_TOO_LARGE", "more than 1MiB are not accepted"), (refusal.Reason, refusal.Message));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_to_its_end_leaves_nothing_there()
    {
        await Assert.ThrowsAsync<IOException>(() => _cluster.Blobs.UploadAsync(new BreaksWhenReadTwice(new byte[600_000]), CancellationToken.None));
        Assert.Empty(_server.Blobs.Kept);
    }

    /// <summary>Can be hashed, and breaks when it is sent.</summary>
    private sealed class BreaksWhenReadTwice(byte[] content) : MemoryStream(content)
    {
        private bool _wasRead;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_wasRead && Position > 0)
                throw new IOException("the disk is gone");
            _wasRead |= Position == Length;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }

    private sealed class Told : IProgress<long>
    {
        public List<long> Sizes { get; } = [];

        public void Report(long value) => Sizes.Add(value);
    }
}
