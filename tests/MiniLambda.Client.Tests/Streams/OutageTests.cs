using Microsoft.Extensions.Time.Testing;
using MiniLambda.Client.Streams;

namespace MiniLambda.Client.Tests.Streams;

public sealed class OutageTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Outage _outage;

    public OutageTests() => _outage = new Outage(_clock, new Random(1));

    [Fact]
    public void An_orchestrator_that_never_answered_is_not_waited_for() => Assert.False(_outage.TryGoOn(out _));

    [Fact]
    public void Patience_counts_from_the_first_failure_however_long_the_stream_was_silent()
    {
        _outage.Opened();
        _clock.Advance(TimeSpan.FromHours(5));
        Assert.True(_outage.TryGoOn(out _));
        _clock.Advance(Outage.Patience - TimeSpan.FromSeconds(1));
        Assert.True(_outage.TryGoOn(out _));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_outage.TryGoOn(out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stream_that_was_good_makes_the_next_failure_the_first(bool hadNews)
    {
        _outage.Opened();
        Assert.True(_outage.TryGoOn(out _));
        _clock.Advance(Outage.Patience);
        _outage.Opened();
        if (hadNews)
            _outage.Received();
        else
            _clock.Advance(Outage.GoodStream);
        Assert.True(_outage.TryGoOn(out var wait));
        Assert.InRange(wait.TotalMilliseconds, 50, 100);
    }

    [Fact]
    public void A_stream_that_is_taken_and_broken_at_once_does_not_go_on_forever()
    {
        _outage.Opened();
        while (_outage.TryGoOn(out var wait) && _clock.GetUtcNow() < _clock.Start + TimeSpan.FromHours(1))
        {
            _clock.Advance(wait);
            _outage.Opened();
        }

        Assert.InRange(_clock.GetUtcNow() - _clock.Start, Outage.Patience, Outage.Patience + TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void Waits_grow_and_no_two_callers_wait_alike()
    {
        var other = new Outage(_clock, new Random(2));
        var longest = new[] { 100, 200, 400, 800, 1600, 3200, 3200, 3200 };
        _outage.Opened();
        other.Opened();
        foreach (var most in longest)
        {
            Assert.True(_outage.TryGoOn(out var mine));
            Assert.True(other.TryGoOn(out var theirs));
            Assert.InRange(mine.TotalMilliseconds, most / 2, most);
            Assert.InRange(theirs.TotalMilliseconds, most / 2, most);
            Assert.NotEqual(mine, theirs);
        }
    }
}
