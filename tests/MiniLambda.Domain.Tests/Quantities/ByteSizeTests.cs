using CsCheck;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Domain.Tests.Quantities;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("17B", 17)]
    [InlineData("64KiB", 64 << 10)]
    [InlineData("64K", 64 << 10)]
    [InlineData("64KB", 64_000)]
    [InlineData("64MiB", 64 << 20)]
    [InlineData("64mib", 64 << 20)]
    [InlineData("3MB", 3_000_000)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("2G", 2L << 30)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("1TiB", 1L << 40)]
    [InlineData("1TB", 1_000_000_000_000)]
    [InlineData("1.5KiB", 1536)]
    [InlineData(" 64 MiB ", 64 << 20)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_size_reads_as_a_person_means_it(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("1.5.5KiB")]
    [InlineData("64 M iB")]
    [InlineData("64XiB")]
    [InlineData("KiB64")]
    [InlineData("0x10")]
    [InlineData("٣")]
    [InlineData("NaN")]
    [InlineData("64MiB;")]
    public void What_is_not_a_size_is_refused(string? text) => Assert.Equal((false, 0), (ByteSize.TryParse(text, out var read), read));

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("8388608TiB")]
    [InlineData("9999999999TB")]
    [InlineData("79228162514264337593543950335TiB")]
    [InlineData("99999999999999999999999999999999999999999999")]
    public void A_size_past_64_bits_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0B", "0B")]
    [InlineData(1023, "1023B", "1023B")]
    [InlineData(1024, "1KiB", "1KiB")]
    [InlineData(1536, "1.5KiB", "1.5KiB")]
    [InlineData(1280, "1.3KiB", "1280")]
    [InlineData(64 << 20, "64MiB", "64MiB")]
    [InlineData((1 << 30) + 1, "1GiB", "1073741825")]
    [InlineData(4L << 30, "4GiB", "4GiB")]
    [InlineData(3L << 40, "3TiB", "3TiB")]
    [InlineData(long.MaxValue, "8388608TiB", "9223372036854775807")]
    public void A_size_is_shown_short_for_people_and_exact_where_it_counts(long bytes, string shown, string exact) =>
        Assert.Equal((shown, exact), (ByteSize.Format(bytes), ByteSize.FormatExact(bytes)));

    [Fact]
    public void An_exact_size_reads_back() => Sizes.Sample(bytes =>
    {
        Assert.True(ByteSize.TryParse(ByteSize.FormatExact(bytes), out var back));
        Assert.Equal(bytes, back);
    });

    [Fact]
    public void A_shown_size_is_off_by_a_twentieth_of_its_unit_at_most() => Gen.Int[0, 39].SelectMany(bits => Gen.Long[0, 2L << bits]).Sample(bytes =>
    {
        Assert.True(ByteSize.TryParse(ByteSize.Format(bytes), out var back));
        var unit = bytes >= 1L << 30 ? 1L << 30 : bytes >= 1 << 20 ? 1 << 20 : bytes >= 1024 ? 1024 : 1;
        Assert.InRange(Math.Abs(back - bytes), 0, (unit / 20) + 1);
    });

    [Fact]
    public void No_text_whatever_throws_or_gives_a_negative_size() =>
        Gen.OneOf(Gen.String, Texts).Sample(text => !ByteSize.TryParse(text, out var bytes) || bytes >= 0);

    private static Gen<long> Sizes { get; } = Gen.OneOf(
        Gen.Long[0, long.MaxValue], Gen.Int[0, 62].Select(bits => 1L << bits), Gen.Int[0, 62].Select(bits => (1L << bits) - 1), Gen.Long[0, 4096]);

    private static Gen<string> Texts { get; } = Gen.String[Gen.Char["0123456789.,+-eE KMGTiIbB"], 0, 40];
}
