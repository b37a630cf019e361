using System.Numerics;

namespace MiniLambda.Orchestrator.Throughput;

/// <summary>
/// Counts durations by their size, as HdrHistogram does (Tene, hdrhistogram.org): eight steps for each doubling of microseconds, so a percentile is off by
/// 6 % at most, whatever its size. Bounded: 1.3 KB. Counting takes no lock.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;

    /// <summary>Microseconds up to 2^41, which are 25 days; what is longer counts as that.</summary>
    private const int MaxBits = 41;

    private readonly int[] _counts = new int[(MaxBits - StepBits + 1) * Steps];

    public void Add(TimeSpan duration) => Interlocked.Increment(ref _counts[IndexOf((long)duration.TotalMicroseconds)]);

    public void Clear() => Array.Clear(_counts);

    /// <summary>Adds what this one has counted.</summary>
    public void AddTo(long[] totals)
    {
        for (var i = 0; i < _counts.Length; i++)
            totals[i] += Volatile.Read(ref _counts[i]);
    }

    public static long[] NewTotals() => new long[(MaxBits - StepBits + 1) * Steps];

    /// <summary>The duration that a fraction of what was counted does not go past; null when nothing was.</summary>
    /// <param name="fraction">0 to 1.</param>
    public static TimeSpan? Percentile(long[] totals, double fraction)
    {
        var left = (long)Math.Ceiling(totals.Sum() * fraction);
        for (var i = 0; i < totals.Length; i++)
        {
            left -= totals[i];
            if (totals[i] > 0 && left <= 0)
                return TimeSpan.FromMicroseconds(MiddleOf(i));
        }

        return null;
    }

    private static int IndexOf(long microseconds)
    {
        var value = Math.Clamp(microseconds, 0, (1L << MaxBits) - 1);
        if (value < Steps)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - StepBits;
        return (shift * Steps) + (int)(value >> shift);
    }

    private static double MiddleOf(int index)
    {
        if (index < Steps)
            return index;
        var shift = (index / Steps) - 1;
        var low = (long)((index % Steps) + Steps) << shift;
        return low + (((1L << shift) - 1) / 2.0);
    }
}
