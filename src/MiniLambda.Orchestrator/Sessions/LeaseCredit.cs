namespace MiniLambda.Orchestrator.Sessions;

/// <summary>
/// How many leases a worker may hold at once. One a slot, and beyond that a queue of as many short jobs as keep its slots busy for the time that a
/// lease takes to be committed and sent: without it a slot would stand idle for one fsync after every job. A worker hands leases back that it could
/// not begin soon (a long job came between), so none of them waits there for long.
/// </summary>
internal static class LeaseCredit
{
    /// <summary>Work that may wait at a worker, for each slot.</summary>
    private const double QueuedMilliseconds = 10;

    public const int MaxQueuedPerSlot = 32;

    /// <summary>A lease that came back unbegun counts as an attempt of this length.</summary>
    public static TimeSpan ReturnedCountsAs { get; } = TimeSpan.FromMilliseconds(100);

    /// <param name="slots">At least 1.</param>
    /// <param name="meanMilliseconds">How long attempts take at this worker; NaN when nothing is known yet.</param>
    public static int Compute(int slots, double meanMilliseconds)
    {
        if (double.IsNaN(meanMilliseconds) || meanMilliseconds >= QueuedMilliseconds)
            return slots;
        var queued = Math.Min(MaxQueuedPerSlot, (int)(QueuedMilliseconds / Math.Max(meanMilliseconds, 0.1)));
        return slots * (1 + queued);
    }
}
