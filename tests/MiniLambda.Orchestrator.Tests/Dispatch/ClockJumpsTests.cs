using MiniLambda.Orchestrator.Dispatch;

namespace MiniLambda.Orchestrator.Tests.Dispatch;

public sealed class ClockJumpsTests
{
    private readonly SetClock _clock = new();
    private readonly ClockJumps _jumps;

    public ClockJumpsTests() => _jumps = new ClockJumps(_clock);

    [Fact]
    public void A_clock_that_goes_on_has_not_jumped()
    {
        _clock.Pass(TimeSpan.FromHours(3));
        Assert.False(_jumps.IsBack);
        Assert.Equal(TimeSpan.Zero, _jumps.TakeBack());
    }

    [Fact]
    public void A_clock_that_was_set_back_says_how_far_and_once()
    {
        _clock.Pass(TimeSpan.FromMinutes(5));
        _clock.Set(TimeSpan.FromHours(-1));
        Assert.True(_jumps.IsBack);
        Assert.Equal(TimeSpan.FromHours(1), _jumps.TakeBack());
        Assert.False(_jumps.IsBack);
        Assert.Equal(TimeSpan.Zero, _jumps.TakeBack());
    }

    [Fact]
    public void Neither_a_clock_that_was_set_forward_nor_one_that_is_adjusted_was_set_back()
    {
        _clock.Set(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, _jumps.TakeBack());
        _clock.Set(TimeSpan.FromMilliseconds(-900));
        Assert.False(_jumps.IsBack);
        Assert.Equal(TimeSpan.Zero, _jumps.TakeBack());
    }
}
