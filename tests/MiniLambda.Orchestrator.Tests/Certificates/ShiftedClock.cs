namespace MiniLambda.Orchestrator.Tests.Certificates;

/// <summary>The system's clock, which a test can put forward. Timers go on as ever: nothing that happens each second happens for every second that is skipped.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _shift;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _shift));

    public override long GetTimestamp() => (long)System.GetElapsedTime(0).Ticks + Volatile.Read(ref _shift);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);
}
