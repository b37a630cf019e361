using CsCheck;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Domain.Tests.Blobs;

public sealed class BlobDigestTests
{
    // FIPS 180-4, example of a one-block message.
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void A_digest_is_the_sha_256_of_the_bytes()
    {
        var digest = BlobDigest.Of("abc"u8);
        Assert.Equal((OfAbc, OfAbc, "ba7816bf8f01"), (digest.Hex, digest.ToString(), digest.Short));
        Assert.Equal(digest, BlobDigest.FromHash(Convert.FromHexString(OfAbc)));
    }

    [Theory]
    [InlineData(OfAbc)]
    [InlineData("sha256:" + OfAbc)]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    public void Both_cases_and_the_prefix_name_the_same_blob(string text)
    {
        Assert.True(BlobDigest.TryParse(text, out var digest));
        Assert.Equal(BlobDigest.Of("abc"u8), digest);
        Assert.Equal(digest.GetHashCode(), BlobDigest.Parse(text).GetHashCode());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("ba7816bf8f01")]
    [InlineData("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(" a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(OfAbc + "0")]
    [InlineData(OfAbc + "\n")]
    [InlineData("sha512:" + OfAbc)]
    [InlineData("../../../../../../../../../../../../../../../../../../../etc/passwd")]
    public void What_is_not_a_digest_is_refused(string? text)
    {
        Assert.False(BlobDigest.TryParse(text, out var digest));
        Assert.True(digest.IsEmpty);
        if (text is not null)
            Assert.Throws<FormatException>(() => BlobDigest.Parse(text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Only_32_bytes_are_a_hash(int length) => Assert.Throws<ArgumentException>(() => BlobDigest.FromHash(new byte[length]));

    [Fact]
    public void The_default_digest_names_nothing()
    {
        Assert.Equal(("", "", ""), (default(BlobDigest).Hex, default(BlobDigest).Short, default(BlobDigest).ToString()));
        Assert.NotEqual(default, BlobDigest.Of([]));
    }

    [Fact]
    public void Digests_read_back_and_differ_when_the_bytes_do() => Gen.Byte.Array[0, 64].Array[2].Sample(pair =>
    {
        var (left, right) = (BlobDigest.Of(pair[0]), BlobDigest.Of(pair[1]));
        Assert.Equal(left, BlobDigest.Parse(left.Hex));
        Assert.Equal(pair[0].SequenceEqual(pair[1]), left == right);
    });
}
