using System.Diagnostics.Metrics;
using MiniLambda.Telemetry.Export;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MiniLambda.Telemetry.Metrics;

/// <summary>Collects what one meter measures, beside the runtime's own, for whoever scrapes it, and sends it where OTLP is configured. Disposing sends the rest.</summary>
public sealed class MeterExport : IDisposable
{
    /// <summary>Combinations of attributes of one instrument; what goes past it is counted together, under <c>otel.metric.overflow</c>.</summary>
    private const int MaxPoints = 2000;

    private const string Runtime = "System.Runtime";

    private readonly MeterProvider _provider;
    private readonly PrometheusScrape _scrape = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly Lock _gate = new();

    /// <param name="meter">This very one: another of its name, in the same process, is somebody else's.</param>
    public MeterExport(Meter meter, ExportSpec spec)
    {
        _reader = new BaseExportingMetricReader(_scrape);
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => OtlpSetup.Identify(resource, spec))
            .AddMeter(meter.Name, Runtime)
            .AddView(instrument => Stream(instrument, meter))
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddReader(_reader);
        if (spec.IsOn)
            builder.AddOtlpExporter(exporter => OtlpSetup.Address(exporter, spec, "v1/metrics"));
        _provider = builder.Build();
    }

    /// <summary>All that was measured, as a scraper reads it.</summary>
    /// <param name="accept">The scraper's <c>Accept</c> header: OpenMetrics, which has exemplars, to those that ask for it.</param>
    public Scrape Scrape(string? accept)
    {
        var isOpen = accept?.Contains(PrometheusText.OpenMetrics, StringComparison.OrdinalIgnoreCase) == true;
        lock (_gate)
        {
            _scrape.Begin(isOpen);
            _reader.Collect();
            return new Scrape(_scrape.Take(), isOpen ? $"{PrometheusText.OpenMetrics}; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _provider.Dispose();

    private static MetricStreamConfiguration? Stream(Instrument instrument, Meter meter)
    {
        if (instrument.Meter.Name != Runtime && !ReferenceEquals(instrument.Meter, meter))
            return MetricStreamConfiguration.Drop;
        return new MetricStreamConfiguration { CardinalityLimit = MaxPoints };
    }

    private sealed class PrometheusScrape : BaseExporter<Metric>
    {
        private PrometheusText _text = new(isOpenMetrics: false);

        public void Begin(bool isOpenMetrics) => _text = new PrometheusText(isOpenMetrics);

        public byte[] Take() => _text.Finish();

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
                _text.Write(metric);
            return ExportResult.Success;
        }
    }
}

/// <summary>The answer to a scraper.</summary>
public readonly record struct Scrape(byte[] Body, string ContentType);
