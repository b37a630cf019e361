using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MiniLambda.Telemetry.Metrics;

/// <summary>
/// Writes metrics in Prometheus' text format 0.0.4 or in OpenMetrics 1.0 (prometheus.io/docs/instrumenting/exposition_formats), under the names that
/// OpenTelemetry's specification gives them there ("Prometheus and OpenMetrics Compatibility").
/// </summary>
internal sealed class PrometheusText(bool isOpenMetrics)
{
    public const string OpenMetrics = "application/openmetrics-text";

    private readonly StringBuilder _text = new(16 << 10);

    public void Write(Metric metric)
    {
        var type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            MetricType.ExponentialHistogram => null,
            _ => "gauge",
        };
        // Exponential histograms have no text form; none is made here.
        if (type is null)
            return;
        var (name, unit) = NameOf(metric.Name, metric.Unit);
        var sample = type == "counter" ? name + "_total" : name;
        var family = isOpenMetrics ? name : sample;
        if (metric.Description.Length > 0)
            _text.Append("# HELP ").Append(family).Append(' ').Append(Escape(metric.Description, quotes: isOpenMetrics)).Append('\n');
        _text.Append("# TYPE ").Append(family).Append(' ').Append(type).Append('\n');
        if (isOpenMetrics && unit.Length > 0)
            _text.Append("# UNIT ").Append(family).Append(' ').Append(unit).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point.Tags);
            if (metric.MetricType == MetricType.Histogram)
                WriteHistogram(name, labels, in point);
            else
                Sample(sample, labels, Value(metric.MetricType, in point));
        }
    }

    public byte[] Finish()
    {
        if (isOpenMetrics)
            _text.Append("# EOF\n");
        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    /// <summary>The name without the suffix of its kind, and the unit that it ends with; empty when it has none.</summary>
    internal static (string Name, string Unit) NameOf(string instrument, string? unit)
    {
        var name = new StringBuilder(instrument.Length + 8);
        foreach (var letter in instrument)
            name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        var word = unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "1" => "ratio",
            // In braces stands what is counted, which is no unit.
            null or "" => "",
            _ when unit[0] == '{' => "",
            _ => unit,
        };
        var bare = name.ToString();
        return word.Length == 0 || bare.EndsWith("_" + word, StringComparison.Ordinal) ? (bare, word) : ($"{bare}_{word}", word);
    }

    private void WriteHistogram(string name, string labels, in MetricPoint point)
    {
        point.TryGetExemplars(out var exemplars);
        var count = 0L;
        var low = double.NegativeInfinity;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
            _text.Append(name).Append("_bucket").Append(WithBound(labels, bound)).Append(' ').Append(count.ToString(CultureInfo.InvariantCulture));
            if (isOpenMetrics)
                Exemplar(exemplars, low, bucket.ExplicitBound);
            _text.Append('\n');
            low = bucket.ExplicitBound;
        }

        Sample(name + "_sum", labels, Number(point.GetHistogramSum()));
        Sample(name + "_count", labels, point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
    }

    private void Exemplar(ReadOnlyExemplarCollection exemplars, double low, double high)
    {
        foreach (ref readonly var exemplar in exemplars)
        {
            var value = exemplar.DoubleValue;
            if (exemplar.TraceId == default || value <= low || value > high)
                continue;
            _text.Append(" # {trace_id=\"").Append(exemplar.TraceId.ToHexString()).Append("\",span_id=\"").Append(exemplar.SpanId.ToHexString()).Append("\"} ")
                .Append(Number(value)).Append(' ').Append(Number(exemplar.Timestamp.ToUnixTimeMilliseconds() / 1000.0));
            return;
        }
    }

    private void Sample(string name, string labels, string value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(value).Append('\n');
    }

    private static string Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong().ToString(CultureInfo.InvariantCulture),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
        MetricType.LongGauge => point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture),
        _ => Number(point.GetGaugeLastValueDouble()),
    };

    private static string Labels(ReadOnlyTagCollection tags)
    {
        if (tags.Count == 0)
            return "";
        var labels = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (labels.Length > 0)
                labels.Append(',');
            labels.Append(NameOf(key, null).Name).Append("=\"")
                .Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
        }

        return labels.ToString();
    }

    private static string WithBound(string labels, string bound) => labels.Length == 0 ? $"{{le=\"{bound}\"}}" : $"{{{labels},le=\"{bound}\"}}";

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static string Number(double value) => double.IsNaN(value) ? "NaN"
        : double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
