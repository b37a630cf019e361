namespace MiniLambda.Workbench.Commands.Bench;

/// <summary>The distribution of some durations, in ms, by the nearest-rank method.</summary>
public sealed record Percentiles(double P50, double P95, double P99, double Max)
{
    public static Percentiles Of(IEnumerable<TimeSpan> durations)
    {
        var sorted = durations.Select(d => d.TotalMilliseconds).Order().ToArray();
        if (sorted.Length == 0)
            return new Percentiles(0, 0, 0, 0);
        double At(double share) => Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)], 3);
        return new Percentiles(At(0.50), At(0.95), At(0.99), At(1));
    }
}
