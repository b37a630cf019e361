using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Tenants;
using MiniLambda.Orchestrator.Throughput;

namespace MiniLambda.Orchestrator.Web.Activity;

/// <summary>How the cluster went at a moment.</summary>
internal sealed record ActivitySample(DateTimeOffset At, TenantTotals Totals, ThroughputView Speed);

/// <summary>How busy a worker was at a moment.</summary>
/// <param name="Memory">0 to 1 of its machine's.</param>
/// <param name="Busy">Slots.</param>
internal readonly record struct NodeSample(DateTimeOffset At, double Cpu, double Memory, int Busy);

/// <summary>
/// The last twenty minutes as curves: what the meters show, taken down every few seconds. In memory and bounded: about 100 KB, and 10 KB for each worker.
/// </summary>
internal sealed class ActivityHistory(ThroughputMeter meter, TenantLedger tenants, Fleet fleet, OrchestratorOptions options, TimeProvider clock) : BackgroundService
{
    /// <summary>Moments that are kept.</summary>
    public const int MaxSamples = 240;

    /// <summary>Workers whose history is kept; of more, those that came first.</summary>
    private const int MaxNodes = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<ActivitySample> _samples = new();
    private readonly Dictionary<string, Queue<NodeSample>> _nodes = new(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ActivitySample> Samples
    {
        get
        {
            lock (_gate)
                return [.. _samples];
        }
    }

    /// <summary>A worker's, oldest first.</summary>
    public IReadOnlyList<NodeSample> Of(string node)
    {
        lock (_gate)
            return _nodes.TryGetValue(node, out var samples) ? [.. samples] : [];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var rounds = new PeriodicTimer(options.ActivityInterval, clock);
        do
            Take();
        while (await rounds.WaitForNextTickAsync(stoppingToken));
    }

    private void Take()
    {
        var sample = new ActivitySample(clock.GetUtcNow(), tenants.Totals, meter.View());
        var nodes = fleet.Describe(static node => (node.Name, node.Load, node.Busy, Memory: node.Description?.MemoryBytes ?? 0));
        lock (_gate)
        {
            Add(_samples, sample);
            foreach (var gone in _nodes.Keys.Except(nodes.Select(static node => node.Name)).ToList())
                _nodes.Remove(gone);
            foreach (var (name, load, busy, memory) in nodes)
            {
                if (!_nodes.TryGetValue(name, out var samples))
                {
                    if (_nodes.Count >= MaxNodes)
                        continue;
                    _nodes[name] = samples = new Queue<NodeSample>();
                }

                Add(samples, new NodeSample(sample.At, load.CpuFraction, memory > 0 ? Math.Min(1, (double)load.MemoryUsedBytes / memory) : 0, busy));
            }
        }
    }

    private static void Add<T>(Queue<T> samples, T sample)
    {
        samples.Enqueue(sample);
        if (samples.Count > MaxSamples)
            samples.Dequeue();
    }
}
