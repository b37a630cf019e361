using System.Collections.Immutable;

namespace MiniLambda.Workbench.Live;

/// <summary>How the cluster was doing at one time. What was not measured is not a number.</summary>
/// <param name="SubmittedPerSecond">Jobs.</param>
/// <param name="FinishedPerSecond">Jobs, whatever their outcome.</param>
/// <param name="FailedPerSecond">Those of them that failed, timed out, or were never run.</param>
/// <param name="P50">From submit to outcome, in ms: half of the jobs took no longer.</param>
/// <param name="P95">The same for 95 of 100 jobs, in ms.</param>
/// <param name="P99">The same for 99 of 100 jobs, in ms.</param>
/// <param name="Queued">Jobs that wait.</param>
/// <param name="Running">Jobs that run.</param>
public sealed record OverviewSample(
    double SubmittedPerSecond, double FinishedPerSecond, double FailedPerSecond, double P50, double P95, double P99, double Queued, double Running)
{
    /// <summary>Nothing is known.</summary>
    public static OverviewSample Gap { get; } =
        new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}

/// <summary>What the overview is drawn from.</summary>
/// <param name="Samples">Oldest first.</param>
/// <param name="Interval">Between two of them.</param>
public sealed record OverviewHistory(ImmutableArray<OverviewSample> Samples, TimeSpan Interval)
{
    /// <summary>Samples that the widest screens show.</summary>
    public const int Capacity = 600;

    public static OverviewHistory Empty(TimeSpan interval) => new([], interval);

    /// <summary>With one more sample; the oldest goes when there are too many.</summary>
    public OverviewHistory With(OverviewSample sample) =>
        this with { Samples = (Samples.Length < Capacity ? Samples : Samples.RemoveAt(0)).Add(sample) };
}
