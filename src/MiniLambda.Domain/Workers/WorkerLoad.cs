namespace MiniLambda.Domain.Workers;

/// <summary>How busy a worker is.</summary>
/// <param name="CpuFraction">0 to 1 over all cores of the machine.</param>
/// <param name="MemoryUsedBytes">Physical memory in use on the machine.</param>
public readonly record struct WorkerLoad(double CpuFraction, long MemoryUsedBytes)
{
    /// <summary>Guests that run now.</summary>
    public int Running { get; init; }

    /// <summary>Guests that may run at once.</summary>
    public int Slots { get; init; }

    /// <summary>What its machine runs on; null where the system does not tell.</summary>
    public WorkerPower? Power { get; init; }

    /// <summary>Why it takes no new leases now, as its owner wants it; empty or null when it takes them.</summary>
    public string? Paused { get; init; }

    /// <summary>A load as a worker tells it, brought into the bounds of what can be.</summary>
    public static WorkerLoad Bounded(double cpuFraction, long memoryUsedBytes, int running, int slots, WorkerPower? power)
    {
        var bounded = Math.Max(slots, 0);
        return new WorkerLoad(double.IsNaN(cpuFraction) ? 0 : Math.Clamp(cpuFraction, 0, 1), Math.Max(memoryUsedBytes, 0))
        {
            Running = Math.Clamp(running, 0, bounded),
            Slots = bounded,
            Power = power is { } told
                ? told with
                {
                    Source = Enum.IsDefined(told.Source) ? told.Source : PowerSource.Unknown,
                    BatteryPercent = told.BatteryPercent is { } percent ? Math.Clamp(percent, 0, 100) : null,
                }
                : null,
        };
    }
}

/// <summary>What a machine runs on.</summary>
/// <param name="BatteryPercent">0 to 100; null without a battery.</param>
public readonly record struct WorkerPower(PowerSource Source, int? BatteryPercent, bool IsCharging);

/// <summary>Where a machine's power comes from.</summary>
public enum PowerSource
{
    Unknown = 0,
    Mains = 1,
    Battery = 2,
}
