using System.Diagnostics.Metrics;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Tenants;
using MiniLambda.Storage;

namespace MiniLambda.Orchestrator.Metrics;

/// <summary>What stands in the cluster at the moment; looked at when somebody asks.</summary>
internal sealed class ClusterGauges
{
    /// <summary>The store is asked no more often.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Fleet _fleet;
    private readonly TenantLedger _tenants;
    private readonly TenantLabels _labels;
    private readonly IJobStore _store;
    private readonly OrchestratorOptions _options;
    private readonly TimeProvider _clock;
    private readonly StoreFolder _folder;
    // In UTC ticks, so that it is read in one piece; 0 when no job waits.
    private long _oldest;
    private long _readAt;
    private int _reading;

    public ClusterGauges(
        Meter meter, Fleet fleet, TenantLedger tenants, TenantLabels labels, IJobStore store, OrchestratorOptions options, TimeProvider clock)
    {
        (_fleet, _tenants, _labels, _store, _options, _clock) = (fleet, tenants, labels, store, options, clock);
        _folder = new StoreFolder(options.Data);
        meter.CreateObservableUpDownCounter("minilambda.job.active", Active, "{job}", "Jobs that have no outcome yet, by state");
        meter.CreateObservableGauge("minilambda.queue.oldest.age", OldestAge, "s", "How long the oldest job waits that could run; 0 when none waits");
        meter.CreateObservableUpDownCounter("minilambda.worker.count", Workers, "{worker}", "Workers, by how they stand");
        meter.CreateObservableUpDownCounter("minilambda.worker.slots", Slots, "{slot}", "Slots of the workers that take jobs, by use");
        meter.CreateObservableUpDownCounter("minilambda.tenant.stored", Stored, "By", "Inputs and results that are kept, by tenant");
        meter.CreateObservableUpDownCounter("minilambda.store.size", StoreBytes, "By", "The database with its write-ahead log");
        meter.CreateObservableGauge("minilambda.store.disk.free", FreeBytes, "By", "Room on the disk that holds the data folder");
    }

    /// <summary>Asks the store for what a measurement cannot wait for.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _readAt)) < Fresh || Interlocked.Exchange(ref _reading, 1) == 1)
            return;
        try
        {
            Volatile.Write(ref _oldest, (await _store.OldestReadyAsync(cancellationToken))?.UtcTicks ?? 0);
            Volatile.Write(ref _readAt, _clock.GetTimestamp());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // What was known stands; that the store fails is told by those whose calls fail.
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    private IEnumerable<Measurement<long>> Active()
    {
        var totals = _tenants.Totals;
        yield return Of(totals.Queued, "queued");
        yield return Of(totals.Leased, "leased");
        yield return Of(totals.Running, "running");

        static Measurement<long> Of(long value, string state) => new(value, KeyValuePair.Create("minilambda.state", (object?)state));
    }

    private double OldestAge()
    {
        // For those who push: what they tell is as old as their last push.
        _ = RefreshAsync(CancellationToken.None);
        return Volatile.Read(ref _oldest) is > 0 and var at ? Math.Max(0, TimeSpan.FromTicks(_clock.GetUtcNow().UtcTicks - at).TotalSeconds) : 0;
    }

    private IEnumerable<Measurement<long>> Workers() => _fleet
        .Describe(node => node.IsSuspect ? "suspect" : node.Session is null ? "away" : node.TakesJobs ? "active" : "draining")
        .CountBy(static state => state)
        .Select(static one => new Measurement<long>(one.Value, KeyValuePair.Create("minilambda.state", (object?)one.Key)));

    private IEnumerable<Measurement<long>> Slots()
    {
        var nodes = _fleet.Describe(static node => node.TakesJobs ? (Free: node.FreeSlots, All: node.Description!.Slots) : default);
        yield return new(nodes.Sum(static node => (long)node.Free), KeyValuePair.Create("minilambda.state", (object?)"free"));
        yield return new(nodes.Sum(static node => (long)(node.All - node.Free)), KeyValuePair.Create("minilambda.state", (object?)"busy"));
    }

    private IEnumerable<Measurement<long>> Stored() => _tenants.All
        .GroupBy(one => _labels.Of(one.Tenant), static one => one.Usage.Totals.StoredBytes)
        .Select(static group => new Measurement<long>(group.Sum(), group.Key));

    private long StoreBytes() => Size(_folder.Database) + Size(_folder.Database + "-wal");

    private long FreeBytes() => FreeSpace.Of(_options.Data);

    private static long Size(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
