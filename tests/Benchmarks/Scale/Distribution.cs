namespace MiniLambda.Benchmarks.Scale;

/// <summary>Percentiles of some numbers, by the nearest-rank method.</summary>
internal static class Distribution
{
    public static string Describe(IEnumerable<double> values, string unit)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? "none"
            : $"p50 {At(sorted, 0.50):0.00} {unit}  p95 {At(sorted, 0.95):0.00} {unit}  p99 {At(sorted, 0.99):0.00} {unit}  max {sorted[^1]:0.00} {unit}";
    }

    public static double At(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
