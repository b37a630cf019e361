using System.Text;
using MiniLambda.Trust.Secrets;

namespace MiniLambda.Trust.Tests.Secrets;

public sealed class SecretKeyRingTests
{
    private static readonly byte[] Value = Encoding.UTF8.GetBytes("sk_live_4711");

    [Fact]
    public void What_was_sealed_opens_in_its_place_alone()
    {
        var keys = SecretKeyRing.Create();
        var sealedValue = keys.Seal(Value, "t/a");
        Assert.Equal(Value, keys.Open(sealedValue, "t/a"));
        Assert.Null(keys.Open(sealedValue, "t/b"));
        Assert.Null(SecretKeyRing.Create().Open(sealedValue, "t/a"));
        Assert.Equal(-1, sealedValue.AsSpan().IndexOf(Value));
    }

    [Fact]
    public void No_byte_can_be_changed()
    {
        var keys = SecretKeyRing.Create();
        var sealedValue = keys.Seal(Value, "t/a");
        for (var i = 0; i < sealedValue.Length; i++)
        {
            var changed = sealedValue.ToArray();
            changed[i] ^= 1;
            Assert.Null(keys.Open(changed, "t/a"));
            Assert.Null(keys.Open(sealedValue.AsSpan(0, i), "t/a"));
        }
    }

    [Fact]
    public void The_same_value_is_never_sealed_the_same_way()
    {
        var keys = SecretKeyRing.Create();
        Assert.NotEqual(keys.Seal(Value, "t/a"), keys.Seal(Value, "t/a"));
    }

    [Fact]
    public void A_changed_key_opens_what_the_old_one_sealed_until_that_is_dropped()
    {
        var old = SecretKeyRing.Create();
        var sealedValue = old.Seal(Value, "t/a");
        var both = SecretKeyRing.Read(old.WithNewKey().Write());
        Assert.NotEqual(old.KeyId, both.KeyId);
        Assert.Equal(Value, both.Open(sealedValue, "t/a"));
        Assert.Null(both.WithoutOldKeys().Open(sealedValue, "t/a"));
        Assert.Equal(Value, both.WithoutOldKeys().Open(both.Seal(Value, "t/a"), "t/a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    public void A_text_that_holds_no_keys_is_none(string text) => Assert.Throws<FormatException>(() => SecretKeyRing.Read(text));
}
