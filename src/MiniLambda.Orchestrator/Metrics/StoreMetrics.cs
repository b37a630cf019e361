using System.Diagnostics.Metrics;
using MiniLambda.Telemetry.Metrics;

namespace MiniLambda.Orchestrator.Metrics;

/// <summary>Counts commits and what goes in and out of the blob folder.</summary>
internal sealed class StoreMetrics(Meter meter)
{
    private static readonly KeyValuePair<string, object?> Read = KeyValuePair.Create("minilambda.direction", (object?)"read");
    private static readonly KeyValuePair<string, object?> Written = KeyValuePair.Create("minilambda.direction", (object?)"write");

    private readonly Histogram<double> _duration = meter.CreateHistogram(
        "minilambda.store.commit.duration", "s", "How long the disk takes to commit", tags: null, Buckets.Durations);

    private readonly Histogram<int> _changes = meter.CreateHistogram(
        "minilambda.store.commit.changes", "{change}", "Changes that one commit makes", tags: null, Buckets.Counts);

    private readonly Counter<long> _blobs = meter.CreateCounter<long>("minilambda.blob.io", "By", "Bytes of blobs written and read");

    public void Committed(int changes, TimeSpan took)
    {
        _duration.Record(took.TotalSeconds);
        _changes.Record(changes);
    }

    public void BlobMoved(bool isWrite, long bytes) => _blobs.Add(bytes, isWrite ? Written : Read);
}
