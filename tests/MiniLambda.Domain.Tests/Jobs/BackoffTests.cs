using CsCheck;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Domain.Tests.Jobs;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(60);

    private static readonly Gen<TimeSpan> Waits = Gen.Long[0, TimeSpan.TicksPerDay].Select(TimeSpan.FromTicks);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(8, 60)]
    public void Waits_double_up_to_the_cap(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Compute(failures, First, Max, jitter: 1));

    [Theory]
    [InlineData(0, 2)]
    [InlineData(0.5, 3)]
    [InlineData(1, 4)]
    public void Jitter_falls_in_the_upper_half(double jitter, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Compute(3, First, Max, jitter));

    [Theory]
    [InlineData(64)]
    [InlineData(1_025)]
    [InlineData(int.MaxValue)]
    public void However_many_failures_the_wait_is_at_most_the_cap(int failures)
    {
        Assert.Equal(Max, Backoff.Compute(failures, First, Max, jitter: 1));
        Assert.Equal(TimeSpan.MaxValue, Backoff.Compute(failures, First, TimeSpan.MaxValue, jitter: 1));
        Assert.Equal(TimeSpan.Zero, Backoff.Compute(failures, TimeSpan.Zero, Max, jitter: 1));
    }

    [Fact]
    public void A_cap_below_the_first_wait_wins() =>
        Assert.Equal(TimeSpan.FromSeconds(1), Backoff.Compute(1, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), jitter: 1));

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(-1, 0.5)]
    [InlineData(1, -0.001)]
    [InlineData(1, 1.001)]
    public void Senseless_arguments_are_a_bug_of_the_caller(int failures, double jitter) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Backoff.Compute(failures, First, Max, jitter));

    [Fact]
    public void A_wait_is_between_half_and_all_of_the_doubled_first_wait() =>
        Gen.Select(Gen.Int[1, int.MaxValue], Waits, Waits, Gen.Double[0, 1]).Sample((failures, first, max, jitter) =>
        {
            var full = Math.Min(first.Ticks * Math.Pow(2, Math.Min(failures - 1, 60)), max.Ticks);
            var wait = Backoff.Compute(failures, first, max, jitter).Ticks;
            Assert.InRange(wait, (full / 2) - 1, full);
        });

    [Fact]
    public void One_more_failure_never_shortens_the_wait() =>
        Gen.Select(Gen.Int[1, 2_000], Waits, Waits, Gen.Double[0, 1]).Sample((failures, first, max, jitter) =>
            Assert.True(Backoff.Compute(failures, first, max, jitter) <= Backoff.Compute(failures + 1, first, max, jitter)));
}
