using System.Globalization;
using System.Text.RegularExpressions;

namespace MiniLambda.Orchestrator.Tests.Metrics;

/// <summary>Reads Prometheus' text format 0.0.4 as strictly as it is written down; what does not belong there fails.</summary>
internal sealed partial class MetricsText
{
    private readonly Dictionary<string, double> _samples = [];
    private readonly Dictionary<string, string> _types = [];

    public MetricsText(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                Assert.Matches(Help(), line);
            }
            else if (line.StartsWith('#'))
            {
                var type = Type().Match(line);
                Assert.True(type.Success, line);
                Assert.True(_types.TryAdd(type.Groups[1].Value, type.Groups[2].Value), $"a second type: {line}");
            }
            else
            {
                Read(line);
            }
        }

        foreach (var histogram in _types.Where(type => type.Value == "histogram").Select(type => type.Key))
            CheckHistogram(histogram);
    }

    public IReadOnlyCollection<string> Families => _types.Keys;

    /// <summary>A sample by its name and labels, as they are written; 0 when there is none.</summary>
    public double this[string sample] => _samples.GetValueOrDefault(sample);

    private void Read(string line)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, line);
        var name = sample.Groups[1].Value;
        var family = _types.ContainsKey(name) ? name : Suffix().Replace(name, "");
        Assert.True(_types.TryGetValue(family, out var type), $"no type stands before {line}");
        if (type == "counter")
            Assert.EndsWith("_total", name, StringComparison.Ordinal);
        var value = sample.Groups[3].Value is "+Inf" ? double.PositiveInfinity : double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture);
        // The order of labels means nothing.
        var labels = Label().Matches(sample.Groups[2].Value).Select(label => label.Value).OrderBy(label => label.StartsWith("le=", StringComparison.Ordinal))
            .ThenBy(label => label, StringComparer.Ordinal).ToList();
        Assert.True(_samples.TryAdd(labels.Count == 0 ? name : $"{name}{{{string.Join(',', labels)}}}", value), $"twice: {line}");
    }

    private void CheckHistogram(string name)
    {
        var buckets = _samples.Where(sample => sample.Key.StartsWith($"{name}_bucket{{", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(buckets);
        Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
        Assert.Contains("le=\"+Inf\"", buckets[^1].Key, StringComparison.Ordinal);
        Assert.Equal(_samples[$"{name}_count"], buckets[^1].Value);
        Assert.True(_samples.ContainsKey($"{name}_sum"));
    }

    [GeneratedRegex(@"^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .+$")]
    private static partial Regex Help();

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)+\})? (\+Inf|-?[0-9.]+(?:E[+-]?[0-9]+)?)$""")]
    private static partial Regex Sample();

    [GeneratedRegex(@"[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\\n]|\\[\\""n])*""")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
