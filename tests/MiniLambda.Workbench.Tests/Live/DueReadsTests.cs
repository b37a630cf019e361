using MiniLambda.Workbench.Live;

namespace MiniLambda.Workbench.Tests.Live;

public sealed class DueReadsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void What_happened_is_looked_at_four_times_a_second_at_most()
    {
        var due = new DueReads(_clock) { HasEvents = true };
        due.Take();
        due.Mark(Part.Jobs);
        _clock.Pass(100);

        Assert.Empty(due.Take());

        _clock.Pass(150);

        Assert.Equal([Part.Jobs], due.Take());
    }

    [Fact]
    public void A_read_that_takes_long_is_at_work_a_fifth_of_the_time()
    {
        var due = new DueReads(_clock) { HasEvents = true };
        due.Take();
        due.Took(Part.Jobs, TimeSpan.FromMilliseconds(100));
        due.Mark(Part.Jobs);
        _clock.Pass(450);

        Assert.Empty(due.Take());

        _clock.Pass(60);

        Assert.Equal([Part.Jobs], due.Take());
    }

    [Fact]
    public void A_person_does_not_wait()
    {
        var due = new DueReads(_clock) { HasEvents = true };
        due.Take();
        due.Took(Part.Jobs, TimeSpan.FromSeconds(10));
        due.Mark(Part.Jobs, atOnce: true);

        Assert.Equal([Part.Jobs], due.Take());
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(int milliseconds) => _ticks += milliseconds * TimeSpan.TicksPerMillisecond;
    }
}
