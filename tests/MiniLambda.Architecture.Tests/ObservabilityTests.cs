using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace MiniLambda.Architecture;

/// <summary>What examples/observability names, against what is measured.</summary>
public sealed partial class ObservabilityTests(ITestOutputHelper output)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "examples", "observability");

    /// <summary>Every metric as Prometheus knows it.</summary>
    private static readonly HashSet<string> Metrics =
    [
        .. Repository.Files("*Metrics.cs").Concat(Repository.Files("*Gauges.cs")).Where(file => Repository.Relative(file).StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file))).SelectMany(Names),
    ];

    public static TheoryData<string> Files => ["dashboard.json", "alerts.yml"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_metric_that_is_named_exists(string file)
    {
        var named = MetricName().Matches(File.ReadAllText(Path.Combine(Folder, file))).Select(match => match.Value)
            .Where(name => !Labels.Contains(name)).ToHashSet();
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Metrics));
    }

    [Fact]
    public void The_dashboard_is_what_Grafana_reads()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "dashboard.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels.Where(panel => panel.GetProperty("type").GetString() != "row"), static panel => Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray()));
    }

    [Fact]
    public void Promtool_accepts_the_rules_and_the_configuration()
    {
        if (Tool.Find("promtool") is not { } promtool)
        {
            output.WriteLine("not checked: promtool is not installed");
            return;
        }

        Tool.Check(promtool, "check", "rules", Path.Combine(Folder, "alerts.yml"));
        // The token file that it names stands on a machine that scrapes.
        Tool.Check(promtool, "check", "config", "--syntax-only", Path.Combine(Folder, "prometheus.yml"));
    }

    private static readonly HashSet<string> Labels =
        ["minilambda_state", "minilambda_outcome", "minilambda_limit", "minilambda_artifact", "minilambda_change", "minilambda_direction", "minilambda_tenant"];

    private static IEnumerable<string> Names(Match instrument)
    {
        var (kind, name, unit) = (instrument.Groups[1].Value, instrument.Groups[2].Value.Replace('.', '_'), instrument.Groups[3].Value);
        name += kind == "Duration" ? "_seconds" : unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        if (kind is "CreateHistogram" or "Duration")
            return [$"{name}_bucket", $"{name}_sum", $"{name}_count"];
        return kind is "CreateCounter" or "CreateObservableCounter" ? [$"{name}_total"] : [name];
    }

    [GeneratedRegex("""(Create\w+|Duration)(?:<\w+>)?\(\s*(?:meter, )?"(minilambda[\w.]+)"(?:, (?:[^"\n]*?, )?"(s|By|\{\w+\}))?""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\bminilambda_[a-z_]+")]
    private static partial Regex MetricName();
}
