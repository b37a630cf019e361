using MiniLambda.Domain.Jobs;

namespace MiniLambda.Worker.Execution;

/// <summary>
/// What a worker does while its disk is full: no job can help that, so its attempts go back to the queue and are held against nobody; the worker waits
/// longer each time before it hands one back, or it would take and return the whole queue.
/// </summary>
internal sealed class FullDisk(Random random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private int _times;

    /// <summary>Another attempt found no space; answers how long to wait before it is handed back.</summary>
    public TimeSpan Met() => Backoff.Compute(Math.Min(Interlocked.Increment(ref _times), 30), FirstPause, LongestPause, random.NextDouble());

    /// <summary>There is space.</summary>
    public void Over()
    {
        // Called by every attempt, on every slot: what is 0 is left alone.
        if (Volatile.Read(ref _times) != 0)
            Volatile.Write(ref _times, 0);
    }
}
