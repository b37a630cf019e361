using Microsoft.Extensions.Time.Testing;
using MiniLambda.Worker.Machine;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Tests.Session;

public sealed class SleepWatchTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    private readonly StoppableClock _clock = new();
    private readonly SleepWatch _watch;
    private TimeSpan _suspended;

    public SleepWatchTests() => _watch = new SleepWatch(_clock, () => _suspended);

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void A_process_that_goes_on_is_awake_however_long_nobody_looks()
    {
        _watch.Start(Limit);
        for (var i = 0; i < 100; i++)
            _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_watch.Look());
    }

    [Fact]
    public void A_stopped_process_is_noticed_by_whoever_looks_first()
    {
        _watch.Start(Limit);
        _clock.Stop(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromMinutes(5), _watch.Look());
        // And by all that look after.
        Assert.NotNull(_watch.Look());
    }

    [Fact]
    public void A_stopped_process_is_noticed_by_the_pulse_too()
    {
        _watch.Start(Limit);
        _clock.Stop(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 10; i++)
            _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes((int)_watch.Look()!.Value.TotalMinutes));
    }

    [Fact]
    public void A_sleeping_machine_is_noticed_though_its_monotonic_clock_stood_still()
    {
        _watch.Start(Limit);
        _suspended = TimeSpan.FromHours(8);
        Assert.Equal(TimeSpan.FromHours(8), _watch.Look());
    }

    [Fact]
    public void Standing_still_for_less_than_the_limit_does_not_count()
    {
        _watch.Start(Limit);
        _clock.Stop(Limit);
        Assert.Null(_watch.Look());
        _suspended += Limit;
        Assert.Null(_watch.Look());
    }

    [Fact]
    public void A_sleep_that_was_dealt_with_is_over()
    {
        _watch.Start(Limit);
        _clock.Stop(TimeSpan.FromMinutes(5));
        _watch.Start(Limit);
        Assert.Null(_watch.Look());
    }

    [Fact]
    public void Who_does_not_watch_notices_nothing()
    {
        _suspended = TimeSpan.FromHours(8);
        Assert.Null(_watch.Look());
    }

    [Fact]
    public void A_jump_of_the_wall_clock_is_no_sleep()
    {
        _watch.Start(Limit);
        _clock.WallJump = TimeSpan.FromHours(5);
        Assert.Null(_watch.Look());
    }

    [Fact]
    public void A_machine_that_runs_tests_has_not_slept_backwards() => Assert.True(SuspendClock.Read() > TimeSpan.FromMilliseconds(-1));

    /// <summary>A clock whose monotonic time can go on without any timer firing, as for a stopped process.</summary>
    private sealed class StoppableClock : FakeTimeProvider
    {
        private TimeSpan _stopped;

        public void Stop(TimeSpan time) => _stopped += time;

        public TimeSpan WallJump { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallJump;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (base.GetUtcNow() - DateTimeOffset.UnixEpoch + _stopped).Ticks;
    }
}
