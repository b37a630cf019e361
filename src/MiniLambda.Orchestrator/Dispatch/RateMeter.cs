namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>How often something happens: a count that decays, so that the last half a minute says most.</summary>
internal sealed class RateMeter
{
    private const double MeanSeconds = 30;

    private double _count;
    private long _at;

    public void Mark(TimeProvider clock) => _count = Decayed(clock, out _at) + 1;

    public double PerSecond(TimeProvider clock) => Decayed(clock, out _) / MeanSeconds;

    private double Decayed(TimeProvider clock, out long now)
    {
        now = clock.GetTimestamp();
        return _count == 0 ? 0 : _count * Math.Exp(-clock.GetElapsedTime(_at, now).TotalSeconds / MeanSeconds);
    }
}

/// <summary>What the dispatcher knows of a lane.</summary>
/// <param name="IsParked">No connected worker could take its jobs.</param>
/// <param name="PerSecond">Jobs of it that were lately placed in a second.</param>
internal readonly record struct LaneView(bool IsParked, double PerSecond);
