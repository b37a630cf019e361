namespace MiniLambda.Trust.Authorities;

public sealed class FingerprintTests
{
    private static readonly Fingerprint Abc = Fingerprint.Of("abc"u8);

    [Theory]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(" BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD ")]
    [InlineData("BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD")]
    public void It_is_read_as_people_and_tools_write_it(string text)
    {
        Assert.True(Fingerprint.TryParse(text, out var read));
        Assert.Equal(Abc, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha1:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void What_is_none_is_refused(string text) => Assert.False(Fingerprint.TryParse(text, out _));

    [Fact]
    public void It_is_written_as_it_is_read()
    {
        Assert.True(Fingerprint.TryParse(Abc.ToString(), out var read));
        Assert.Equal(Abc, read);
    }
}
