using MiniLambda.Telemetry.Export;
using MiniLambda.Telemetry.Metrics;
using MiniLambda.Telemetry.Traces;
using MiniLambda.Worker.Traces;

namespace MiniLambda.Worker.Metrics;

/// <summary>Has what is measured and traced collected, when somebody wants it.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private readonly MeterExport? _meters;
    private readonly IDisposable? _traces;

    public TelemetryExport(WorkerMetrics metrics, WorkerOptions options)
    {
        // A worker begins no trace of its own.
        var spec = new ExportSpec("minilambda-worker", options.Name, options.OtlpEndpoint, TraceSample: 0);
        if (options.MetricsListen is not null || spec.IsOn)
            _meters = new MeterExport(metrics.Meter, spec);
        _traces = TraceExport.Start(spec, AttemptTrace.SourceName);
    }

    public Scrape Scrape(string? accept) => _meters!.Scrape(accept);

    public void Dispose()
    {
        _traces?.Dispose();
        _meters?.Dispose();
    }
}
