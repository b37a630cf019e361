namespace MiniLambda.Domain.Workers;

/// <summary>What a worker does while its owner may need the machine.</summary>
public enum OwnerWish
{
    /// <summary>It takes jobs as ever.</summary>
    Run = 1,

    /// <summary>It takes none, and goes on with those that run.</summary>
    Pause = 2,
}

/// <summary>When a worker takes jobs, as its owner wants it.</summary>
/// <param name="Hours">In which it takes jobs; none = always.</param>
public sealed record OwnerRules(IReadOnlyList<OwnerHours> Hours, OwnerWish OnBattery, OwnerWish WhenBusy)
{
    public static OwnerRules None { get; } = new([], OwnerWish.Run, OwnerWish.Run);

    /// <summary>Why no jobs are taken now, in words for people; empty when some are.</summary>
    /// <param name="local">Time of day where the machine stands.</param>
    /// <param name="power">What it runs on; null where the system does not tell, which is no reason.</param>
    /// <param name="isInUse">Whether others than this worker keep it busy; see <see cref="MachineUse"/>.</param>
    public string PauseReason(TimeOnly local, PowerSource? power, bool isInUse)
    {
        if (Hours.Count > 0 && !Hours.Any(hours => hours.Contains(local)))
            return $"outside its hours ({string.Join(", ", Hours)})";
        if (OnBattery == OwnerWish.Pause && power == PowerSource.Battery)
            return "on battery";
        return WhenBusy == OwnerWish.Pause && isInUse ? "its machine is in use" : "";
    }
}

/// <summary>
/// Whether a machine is in use by others than this worker: by the system's load average of one minute, less what the worker's own guests added to it.
/// Those are averaged in the same way, so that neither a guest that just began nor one that just ended is taken for somebody else.
/// </summary>
/// <param name="Own">The guests' share of the load average.</param>
public readonly record struct MachineUse(double Own, bool IsInUse)
{
    /// <summary>Runnable threads of others, for each core, from which on the machine counts as in use.</summary>
    public const double Begins = 0.5;

    /// <summary>... and below which it does no more.</summary>
    public const double Ends = 0.25;

    private static readonly TimeSpan Average = TimeSpan.FromMinutes(1);

    /// <param name="loadAverage">Of one minute; null where the system does not tell: then it is never in use.</param>
    /// <param name="running">The worker's guests that run now.</param>
    /// <param name="cores">At least 1.</param>
    /// <param name="elapsed">Since the last reading.</param>
    public MachineUse Next(double? loadAverage, int running, int cores, TimeSpan elapsed)
    {
        if (loadAverage is not { } load)
            return default;
        var kept = Math.Exp(-Math.Max(0, elapsed / Average));
        var own = (Own * kept) + (running * (1 - kept));
        var others = (load - own) / cores;
        return new MachineUse(own, others > (IsInUse ? Ends : Begins));
    }
}
