using CsCheck;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Domain.Tests.Quantities;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("1us", 10)]
    [InlineData("0.1us", 1)]
    [InlineData("250ms", 2_500_000)]
    [InlineData("5s", 50_000_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("2m", 1_200_000_000)]
    [InlineData("1h", 36_000_000_000)]
    [InlineData("30d", 25_920_000_000_000)]
    [InlineData(" 5 s ", 50_000_000)]
    [InlineData("922337203685.4775807s", long.MaxValue)]
    public void A_duration_reads_as_a_person_means_it(string text, long ticks)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("5S")]
    [InlineData("5sec")]
    [InlineData("1e3s")]
    [InlineData("1,000s")]
    [InlineData("1m30s")]
    [InlineData("00:00:05")]
    [InlineData("٣s")]
    [InlineData("NaNs")]
    [InlineData("s5")]
    public void What_is_not_a_duration_is_refused(string? text) =>
        Assert.Equal((false, TimeSpan.Zero), (DurationText.TryParse(text, out var duration), duration));

    [Theory]
    [InlineData("922337203685.4775808s")]
    [InlineData("10675200d")]
    [InlineData("79228162514264337593543950335d")]
    [InlineData("99999999999999999999999999999999999999999s")]
    public void A_duration_past_the_longest_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "0.1us")]
    [InlineData(10, "1us")]
    [InlineData(12_340, "1234us")]
    [InlineData(15_000_000, "1500ms")]
    [InlineData(100_000_000, "10s")]
    [InlineData(900_000_000, "90s")]
    [InlineData(1_200_000_000, "2m")]
    [InlineData(36_000_000_000, "1h")]
    [InlineData(864_000_000_000, "1d")]
    [InlineData(long.MaxValue, "922337203685477580.7us")]
    public void A_duration_is_written_in_the_largest_unit_that_leaves_a_whole_number(long ticks, string text) =>
        Assert.Equal(text, DurationText.Format(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void A_written_duration_reads_back_exactly() => Durations.Sample(duration =>
    {
        Assert.True(DurationText.TryParse(DurationText.Format(duration), out var back));
        Assert.Equal(duration, back);
    });

    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0, "0s")]
    [InlineData(4_120, "412us")]
    [InlineData(9_994, "999us")]
    [InlineData(9_996, "1.0ms")]
    [InlineData(32_000, "3.2ms")]
    [InlineData(999_400, "99.9ms")]
    [InlineData(999_600, "100ms")]
    [InlineData(4_120_000, "412ms")]
    [InlineData(9_994_000, "999ms")]
    [InlineData(9_996_000, "1.0s")]
    [InlineData(12_400_000, "1.2s")]
    [InlineData(599_000_000, "59.9s")]
    [InlineData(600_000_000, "1m00s")]
    [InlineData(1_250_000_000, "2m05s")]
    [InlineData(35_999_999_999, "59m59s")]
    [InlineData(120_000_000_000, "3h20m")]
    [InlineData(3_456_000_000_000, "4d")]
    [InlineData(long.MaxValue, "10675199d")]
    public void A_table_shows_a_duration_in_few_digits(long ticks, string text) =>
        Assert.Equal(text, DurationText.Humanize(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void Below_a_minute_a_table_never_shows_more_than_three_digits() => Gen.Long[1, TimeSpan.TicksPerMinute - 1].Sample(ticks =>
        DurationText.Humanize(TimeSpan.FromTicks(ticks)).Count(char.IsDigit) <= 3);

    [Fact]
    public void No_text_whatever_throws_or_gives_a_negative_duration() =>
        Gen.OneOf(Gen.String, Texts).Sample(text => !DurationText.TryParse(text, out var duration) || duration >= TimeSpan.Zero);

    private static Gen<TimeSpan> Durations { get; } = Gen.OneOf(
        Gen.Long[0, long.MaxValue], Gen.Long[0, TimeSpan.TicksPerDay], Gen.Long[0, 20_000],
        Gen.Long[0, 100_000].Select(seconds => seconds * TimeSpan.TicksPerSecond))
        .Select(TimeSpan.FromTicks);

    private static Gen<string> Texts { get; } = Gen.String[Gen.Char["0123456789.,+-eE umshd"], 0, 40];
}
