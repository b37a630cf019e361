using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Domain.Tests.Jobs;

public sealed class PayloadTests
{
    [Fact]
    public void An_inline_payload_knows_its_size_and_names_no_blob()
    {
        var payload = Payload.OfBytes("hello"u8.ToArray());
        Assert.Equal("hello"u8, payload.Inline.Span);
        Assert.Equal((5L, true), (payload.Size, payload.Blob.IsEmpty));
    }

    [Fact]
    public void A_blob_payload_carries_no_bytes()
    {
        var digest = BlobDigest.Of("hello"u8);
        var payload = Payload.OfBlob(digest, 5L << 30);
        Assert.Equal((digest, 5L << 30, 0), (payload.Blob, payload.Size, payload.Inline.Length));
    }

    [Fact]
    public void The_empty_payload_is_the_default_and_that_of_no_bytes()
    {
        Assert.Equal(default, Payload.Empty);
        Assert.Equal((0L, true, true), (Payload.Empty.Size, Payload.Empty.Blob.IsEmpty, Payload.Empty.Inline.IsEmpty));
        Assert.Equal(0, Payload.OfBytes(Array.Empty<byte>()).Size);
    }
}
