using System.Net;
using System.Net.Http.Headers;
using MiniLambda.Domain.Blobs;
using static MiniLambda.Orchestrator.Tests.Rest.RestCluster;

namespace MiniLambda.Orchestrator.Tests.Rest;

/// <summary>RFC 9110, 13 and 14, on bytes in memory and on those of a blob.</summary>
public sealed class JobContentTests(RestCluster rest) : IClassFixture<RestCluster>
{
    [Theory]
    [InlineData(26)]
    [InlineData(300_000)]
    public async Task Parts_are_answered_and_ranges_beyond_the_end_are_not(int size)
    {
        var (path, bytes) = await ResultAsync(size);
        using var whole = await rest.GetAsync(path);
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync());
        var tag = $"\"{BlobDigest.Of(bytes).Hex}\"";
        Assert.Equal((tag, "bytes"), (whole.Headers.ETag!.Tag, whole.Headers.AcceptRanges.Single()));
        Assert.Contains("sandbox", whole.Headers.GetValues("content-security-policy").Single(), StringComparison.Ordinal);

        await PartAsync("bytes=0-4", 0, 5);
        await PartAsync("bytes=20-", 20, size - 20);
        await PartAsync("bytes=-3", size - 3, 3);
        await PartAsync($"bytes={size - 1}-999999999", size - 1, 1);
        await PartAsync("bytes=-999999999", 0, size);
        foreach (var ignored in (string[])["bytes=0-1,3-4", "lines=0-1", "bytes=4-2", "nonsense"])
        {
            using var all = await rest.GetAsync(path, ("range", ignored));
            Assert.Equal((HttpStatusCode.OK, (long?)size), (all.StatusCode, all.Content.Headers.ContentLength));
        }

        foreach (var beyond in (string[])[$"bytes={size}-", "bytes=999999999-", "bytes=-0"])
        {
            using var refused = await rest.GetAsync(path, ("range", beyond));
            Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, $"bytes */{size}"), (refused.StatusCode, refused.Content.Headers.ContentRange!.ToString()));
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        }

        async Task PartAsync(string range, int from, int length)
        {
            using var part = await rest.GetAsync(path, ("range", range));
            Assert.Equal(
                (HttpStatusCode.PartialContent, new ContentRangeHeaderValue(from, from + length - 1, size)), (part.StatusCode, part.Content.Headers.ContentRange));
            Assert.Equal(bytes.AsSpan(from, length).ToArray(), await part.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Who_has_the_bytes_is_not_sent_them_again()
    {
        var (path, bytes) = await ResultAsync(100);
        var tag = $"\"{BlobDigest.Of(bytes).Hex}\"";
        Assert.Equal(HttpStatusCode.NotModified, (await rest.GetAsync(path, ("if-none-match", tag))).StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, (await rest.GetAsync(path, ("if-none-match", $"\"other\", W/{tag}"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await rest.GetAsync(path, ("if-none-match", "\"other\""))).StatusCode);
        await RefusedAsync(HttpStatusCode.PreconditionFailed, "PRECONDITION_FAILED", rest.GetAsync(path, ("if-match", "\"other\"")));
        Assert.Equal(HttpStatusCode.PartialContent, (await rest.GetAsync(path, ("if-range", tag), ("range", "bytes=0-1"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await rest.GetAsync(path, ("if-range", "\"other\""), ("range", "bytes=0-1"))).StatusCode);
        using var head = await rest.SendAsync(HttpMethod.Head, path);
        Assert.Equal((HttpStatusCode.OK, (long?)100, tag), (head.StatusCode, head.Content.Headers.ContentLength, head.Headers.ETag!.Tag));
    }

    [Fact]
    public async Task An_input_comes_back_and_an_empty_result_is_one()
    {
        var (path, bytes) = await ResultAsync(0);
        using var result = await rest.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, 0), (result.StatusCode, (await result.Content.ReadAsByteArrayAsync()).Length));
        using var input = await rest.GetAsync(path.Replace("/result", "/input", StringComparison.Ordinal));
        Assert.Equal(bytes, await input.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_damaged_result_never_ends_as_if_it_were_whole()
    {
        var (path, bytes) = await ResultAsync(400_000);
        rest.Cluster.Spoil(BlobDigest.Of(bytes).Hex);
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var answer = await rest.GetAsync(path);
            await answer.Content.ReadAsByteArrayAsync();
        });
    }

    private async Task<(string Path, byte[] Bytes)> ResultAsync(int size)
    {
        var bytes = new byte[size];
        new Random(size + 1).NextBytes(bytes);
        using var answer = await rest.SendAsync(HttpMethod.Post, "/v1/functions/echo/invoke", new ByteArrayContent(bytes));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return ($"/v1/jobs/{answer.Headers.GetValues("minilambda-job").Single()}/result", bytes);
    }
}
