using MiniLambda.Domain.Blobs;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Conformance;

namespace MiniLambda.Storage.Tests.Blobs;

public sealed class BlobFolderTests : BlobStoreConformance, IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 3))];
    private static readonly BlobDigest Digest = BlobDigest.Of(Content);

    private readonly string _folder = Directory.CreateTempSubdirectory("minilambda-blobs-").FullName;

    public BlobFolderTests() => Store = new BlobFolder(_folder, Clock);

    protected override IBlobStore Store { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_blob_is_a_file_named_by_its_digest()
    {
        await PutAsync(Content);

        Assert.Equal(Content, await File.ReadAllBytesAsync(PathOf(Digest)));
    }

    [Fact]
    public async Task What_was_refused_leaves_no_file()
    {
        await PutAsync(Content, BlobDigest.Of("other"u8));
        await PutAsync(Content, maxBytes: 10);

        Assert.Equal([Path.Combine(_folder, "held")], Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(199_999)]
    public async Task The_end_of_a_blob_with_a_changed_byte_is_withheld(int damaged)
    {
        await PutAsync(Content);
        using (var file = new FileStream(PathOf(Digest), FileMode.Open))
        {
            file.Position = damaged;
            file.WriteByte((byte)~Content[damaged]);
        }

        var failure = ReadToFailure();

        Assert.Equal(Digest, failure.Digest);
        Assert.Contains(Digest.Short, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(199_999)]
    [InlineData(200_001)]
    public async Task A_blob_of_another_length_is_damaged(long length)
    {
        await PutAsync(Content);
        using (var file = new FileStream(PathOf(Digest), FileMode.Open))
            file.SetLength(length);

        ReadToFailure();
    }

    [Fact]
    public async Task A_damaged_start_is_noticed_by_who_reads_only_the_end()
    {
        await PutAsync(Content);
        using (var file = new FileStream(PathOf(Digest), FileMode.Open))
            file.WriteByte((byte)~Content[0]);

        ReadToFailure(offset: 150_000);
    }

    [Fact]
    public async Task What_an_earlier_process_left_half_written_is_removed_and_what_is_being_written_stays()
    {
        await PutAsync(Content);
        var leftover = Path.Combine(_folder, "tmp", "leftover");
        var written = Path.Combine(_folder, "tmp", "written");
        await File.WriteAllTextAsync(leftover, "half");
        using var writing = File.OpenHandle(written, FileMode.CreateNew, FileAccess.Write, FileShare.None);

        var reopened = new BlobFolder(_folder, Clock);

        Assert.False(File.Exists(leftover));
        Assert.True(File.Exists(written));
        Assert.Equal(Content.Length, reopened.FindSize(Digest));
    }

    private string PathOf(BlobDigest digest) => Path.Combine(_folder, digest.Hex[..2], digest.Hex[2..]);

    private BlobCorruptException ReadToFailure(long offset = 0) => Assert.Throws<BlobCorruptException>(() =>
    {
        using var stream = Store.OpenRead(Digest, offset)!;
        var buffer = new byte[4096];
        long read = offset;
        while (stream.Read(buffer) is > 0 and var count)
            read += count;
        Assert.Fail($"{read} bytes were read of a damaged blob");
    });
}
