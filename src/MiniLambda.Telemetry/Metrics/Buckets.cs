using System.Diagnostics.Metrics;

namespace MiniLambda.Telemetry.Metrics;

/// <summary>Bounds of histograms. Explicit ones: every Prometheus reads them.</summary>
public static class Buckets
{
    /// <summary>Seconds, from a guest that starts in 100 µs to a job that waits for an hour; two or three for each power of ten.</summary>
    public static InstrumentAdvice<double> Durations { get; } = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600],
    };

    /// <summary>Counts, up to what one commit may hold.</summary>
    public static InstrumentAdvice<int> Counts { get; } = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] };
}
