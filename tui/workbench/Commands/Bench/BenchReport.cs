using System.Text.Json;
using System.Text.Json.Serialization;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Bench;

/// <summary>What one load gave.</summary>
/// <param name="Mode"><c>invoke</c> or <c>submit</c>.</param>
/// <param name="Rate">Jobs a second, from the first request to the last outcome.</param>
/// <param name="Phases">Milliseconds by phase: <c>queue</c>, <c>start</c>, <c>run</c>, <c>whole</c>.</param>
public sealed record LoadReport(string Mode, int Jobs, int Concurrency, int Failed, double Rate, IReadOnlyDictionary<string, Percentiles> Phases);

/// <summary>The bare costs of the same run, in ms or rounds a second.</summary>
public sealed record FloorReport(
    Percentiles BareCold, Percentiles ThreadCold, Percentiles ProcessCold, Percentiles BareWarm, Percentiles ThreadWarm, Percentiles ProcessWarm,
    double BareRate, Percentiles Echo);

/// <summary>A figure against its floor.</summary>
/// <param name="Bar">What it is meant to reach, in words.</param>
public sealed record RatioReport(string Name, double Value, string Bar, bool Reached);

/// <summary>A whole benchmark.</summary>
public sealed record BenchReport(
    string Cluster, string Function, IReadOnlyList<LoadReport> Loads, FloorReport? Floor, IReadOnlyList<RatioReport> Ratios)
{
    /// <summary>Jobs that ran before any was measured, so that programs and modules were compiled.</summary>
    public int WarmUpJobs { get; init; }

    /// <summary>The same loads over mutual TLS; null when they were not asked for.</summary>
    public IReadOnlyList<LoadReport>? Tls { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, BenchJson.Default.BenchReport);

    public void Write(TextWriter output)
    {
        output.WriteLine($"cluster   {Cluster}");
        output.WriteLine($"function  {Function}");
        output.WriteLine($"warm-up   {WarmUpJobs} jobs\n");
        Write(output, Loads, "");
        Write(output, Tls ?? [], " over mutual TLS");
        if (Floor is not null)
            WriteFloor(output, Floor);

        if (Ratios.Count == 0)
            return;
        var ratios = new TextTable("RATIO", "VALUE", "BAR", "");
        foreach (var ratio in Ratios)
            ratios.Add(ratio.Name, $"{ratio.Value:0.00}", ratio.Bar, ratio.Reached ? "reached" : "not reached");
        ratios.Write(output);
    }

    private static void Write(TextWriter output, IReadOnlyList<LoadReport> loads, string how)
    {
        foreach (var load in loads)
        {
            output.WriteLine($"{load.Mode}{how}: {load.Jobs} jobs, {load.Concurrency} in flight: {load.Rate:0} jobs/s{(load.Failed > 0 ? $", {load.Failed} FAILED" : "")}");
            Table(load.Phases.Select(p => (p.Key, p.Value))).Write(output);
            output.WriteLine();
        }

    }

    private static void WriteFloor(TextWriter output, FloorReport floor)
    {
        output.WriteLine($"floor of the same run (bare Wasmtime loop on 2 threads: {floor.BareRate:0} rounds/s)");
        Table(
        [
            ("cold start, bare", floor.BareCold), ("cold start, thread isolation", floor.ThreadCold), ("cold start, process isolation", floor.ProcessCold),
            ("warm start, bare", floor.BareWarm), ("warm start, thread isolation", floor.ThreadWarm), ("warm start, process isolation", floor.ProcessWarm),
            ("gRPC echo, bare", floor.Echo),
        ]).Write(output);
        output.WriteLine();
    }

    private static TextTable Table(IEnumerable<(string Name, Percentiles Times)> rows)
    {
        var table = new TextTable("", "P50", "P95", "P99", "MAX");
        foreach (var (name, times) in rows)
            table.Add(name, Text(times.P50), Text(times.P95), Text(times.P99), Text(times.Max));
        return table;
    }

    private static string Text(double milliseconds) => milliseconds < 10 ? $"{milliseconds:0.00}ms" : DurationText.Humanize(TimeSpan.FromMilliseconds(milliseconds));
}

/// <summary>How a report is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(ObservedReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
