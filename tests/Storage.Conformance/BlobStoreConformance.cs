using System.Runtime.CompilerServices;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every <see cref="IBlobStore"/> does.</summary>
public abstract class BlobStoreConformance
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
    private static readonly BlobDigest Digest = BlobDigest.Of(Content);
    private static readonly byte FirstByte = Convert.FromHexString(Digest.Hex)[0];

    protected abstract IBlobStore Store { get; }

    /// <summary>The store's clock.</summary>
    protected FakeTimeProvider Clock { get; } = new();

    [Fact]
    public async Task What_was_put_is_read_back()
    {
        var put = await PutAsync(Content);

        Assert.Equal(new BlobPutResult(BlobPutStatus.Stored, Digest, Content.Length), put);
        Assert.Equal(Content.Length, Store.FindSize(Digest));
        Assert.Equal(Content, await ReadAsync(Digest));
    }

    [Fact]
    public async Task Any_chunks_read_back_from_any_offset_are_the_bytes_that_went_in() =>
        await Gen.Select(Gen.Byte.Array[0, 5000], Gen.Int[1, 700], Gen.Int[0, 5200]).SampleAsync(
            async (content, chunk, offset) =>
            {
                var put = await PutAsync(content, chunk: chunk);
                Assert.Equal(content.Skip(offset).ToArray(), await ReadAsync(put.Digest, offset));
            },
            iter: 50, threads: 1);

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        var put = await PutAsync([]);

        Assert.Equal((BlobPutStatus.Stored, BlobDigest.Of([]), 0L), (put.Status, put.Digest, put.Size));
        Assert.Equal(0, Store.FindSize(put.Digest));
        Assert.Empty((await ReadAsync(put.Digest))!);
    }

    [Fact]
    public async Task Putting_a_blob_again_says_that_it_is_held()
    {
        await PutAsync(Content);

        Assert.Equal(new BlobPutResult(BlobPutStatus.AlreadyStored, Digest, Content.Length), await PutAsync(Content, Digest));
    }

    [Fact]
    public async Task Many_puts_of_one_blob_at_once_all_succeed()
    {
        var puts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => PutAsync(Content, Digest))));

        Assert.All(puts, put => Assert.True(put.Status is BlobPutStatus.Stored or BlobPutStatus.AlreadyStored));
        Assert.Equal(Content, await ReadAsync(Digest));
    }

    [Fact]
    public async Task Bytes_with_another_digest_than_promised_are_not_kept()
    {
        var promised = BlobDigest.Of("something else"u8);

        var put = await PutAsync(Content, promised);

        Assert.Equal((BlobPutStatus.DigestMismatch, Digest), (put.Status, put.Digest));
        Assert.Null(Store.FindSize(Digest));
        Assert.Null(Store.FindSize(promised));
    }

    [Fact]
    public async Task One_byte_past_the_limit_is_too_large()
    {
        Assert.Equal(BlobPutStatus.TooLarge, (await PutAsync(Content, maxBytes: Content.Length - 1)).Status);
        Assert.Null(Store.FindSize(Digest));
        Assert.Equal(BlobPutStatus.Stored, (await PutAsync(Content, maxBytes: Content.Length)).Status);
    }

    [Fact]
    public async Task Nothing_is_kept_of_content_that_breaks_off()
    {
        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(BreakOff(), Digest, long.MaxValue, default));

        Assert.Null(Store.FindSize(Digest));

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> BreakOff()
        {
            yield return Content.AsMemory(0, 1000);
            await Task.Yield();
            throw new IOException("the connection broke");
        }
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_put_that_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.PutAsync(Chunks(Content, 1000, cancel.Cancel), Digest, long.MaxValue, cancel.Token));

        Assert.Null(Store.FindSize(Digest));
    }

    [Fact]
    public void A_blob_that_is_not_held_is_not_found()
    {
        Assert.Null(Store.FindSize(Digest));
        Assert.Null(Store.OpenRead(Digest));
        Assert.Null(Store.Hold(Digest));
        Assert.False(Store.Delete(Digest, DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_and_can_be_put_again()
    {
        await PutAsync(Content);

        Assert.True(Store.Delete(Digest, Clock.GetUtcNow()));

        Assert.Null(Store.FindSize(Digest));
        Assert.Equal(BlobPutStatus.Stored, (await PutAsync(Content)).Status);
    }

    [Fact]
    public async Task A_blob_that_was_put_or_held_since_is_neither_listed_nor_deleted()
    {
        var put = Clock.GetUtcNow();
        await PutAsync(Content);
        foreach (var touch in new Func<Task>[] { () => Task.FromResult(Store.Hold(Digest)), () => PutAsync(Content) })
        {
            Assert.Equal([Digest], Store.ListUntouched(FirstByte, Clock.GetUtcNow()));
            Clock.Advance(TimeSpan.FromMinutes(1));
            await touch();
            Assert.Empty(Store.ListUntouched(FirstByte, put));
            Assert.False(Store.Delete(Digest, put));
            put = Clock.GetUtcNow();
        }

        Assert.Empty(Store.ListUntouched((byte)(FirstByte + 1), put));
        Assert.True(Store.Delete(Digest, put));
        Assert.Empty(Store.ListUntouched(FirstByte, put));
    }

    [Fact]
    public async Task A_blob_that_is_held_while_it_is_deleted_is_either_kept_or_known_to_be_gone()
    {
        for (var i = 0; i < 100; i++)
        {
            var before = Clock.GetUtcNow();
            await PutAsync([1, 2, 3]);
            Clock.Advance(TimeSpan.FromSeconds(1));
            var deletion = Task.Run(() => Store.Delete(BlobDigest.Of([1, 2, 3]), before));
            var held = Store.Hold(BlobDigest.Of([1, 2, 3]));
            Assert.Equal(held is null, await deletion);
            Assert.Equal(held, Store.FindSize(BlobDigest.Of([1, 2, 3])));
        }
    }

    [Fact]
    public async Task A_reader_reads_on_when_the_blob_is_deleted()
    {
        await PutAsync(Content);
        await using var stream = Store.OpenRead(Digest)!;

        Store.Delete(Digest, Clock.GetUtcNow());

        Assert.Equal(Content, await DrainAsync(stream));
    }

    [Fact]
    public async Task Asking_for_no_bytes_yields_none_and_harms_nothing()
    {
        await PutAsync(Content);
        await using var stream = Store.OpenRead(Digest)!;

        Assert.Equal(0, stream.Read([], 0, 0));
        Assert.Equal(Content, await DrainAsync(stream));
        Assert.Equal(0, stream.Read(new byte[1], 0, 1));
    }

    [Fact]
    public void A_negative_offset_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Store.OpenRead(Digest, -1));

    protected Task<BlobPutResult> PutAsync(byte[] content, BlobDigest? expected = null, long maxBytes = long.MaxValue, int chunk = 70_000) =>
        Store.PutAsync(Chunks(content, chunk), expected, maxBytes, default);

    private async Task<byte[]?> ReadAsync(BlobDigest digest, long offset = 0)
    {
        await using var stream = Store.OpenRead(digest, offset);
        return stream is null ? null : await DrainAsync(stream);
    }

    private static async Task<byte[]> DrainAsync(Stream stream)
    {
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    /// <summary>Hands out the content in one buffer that is used again and again, as a network stream does.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks(
        byte[] content, int size, Action? afterFirst = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var buffer = new byte[size];
        for (var start = 0; start < content.Length; start += size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(size, content.Length - start);
            Array.Copy(content, start, buffer, 0, count);
            yield return buffer.AsMemory(0, count);
            await Task.Yield();
            Array.Clear(buffer);
            afterFirst?.Invoke();
        }
    }
}
