using System.Diagnostics.Metrics;
using MiniLambda.Domain.Blobs;
using MiniLambda.Orchestrator.Traces;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Sqlite;
using MiniLambda.Telemetry.Export;
using MiniLambda.Telemetry.Metrics;
using MiniLambda.Telemetry.Traces;

namespace MiniLambda.Orchestrator.Metrics;

/// <summary>Has what is measured and traced collected, from before the first job is dispatched to after the last.</summary>
internal sealed class TelemetryExport : IDisposable
{
    private readonly ClusterGauges _gauges;
    private readonly MeterExport? _meters;
    private readonly IDisposable? _traces;

    public TelemetryExport(
        Meter meter, ClusterGauges gauges, StoreMetrics store, SqliteDatabase database, IBlobStore blobs, OrchestratorOptions options)
    {
        _gauges = gauges;
        var spec = new ExportSpec("minilambda-orchestrator", Environment.MachineName, options.OtlpEndpoint, options.TraceSample);
        if (options.Metrics || spec.IsOn)
        {
            _meters = new MeterExport(meter, spec);
            database.Committed = store.Committed;
            if (blobs is BlobFolder folder)
                folder.Moved = store.BlobMoved;
        }

        _traces = TraceExport.Start(spec, JobTraces.SourceName);
        IsMeasuring = options.Metrics;
    }

    /// <summary>Whether a scraper is answered.</summary>
    public bool IsMeasuring { get; }

    public async Task<Scrape> ScrapeAsync(string? accept, CancellationToken cancellationToken)
    {
        await _gauges.RefreshAsync(cancellationToken);
        return _meters!.Scrape(accept);
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _meters?.Dispose();
    }
}

/// <summary>Sees to it that collecting begins when the host does.</summary>
internal sealed class TelemetryStart(TelemetryExport export) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // That it was made is all that it takes.
        ArgumentNullException.ThrowIfNull(export);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
