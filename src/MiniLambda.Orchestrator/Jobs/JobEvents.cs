using System.Collections.Concurrent;
using System.Threading.Channels;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Tenants;
using MiniLambda.Orchestrator.Throughput;

namespace MiniLambda.Orchestrator.Jobs;

/// <summary>
/// Counts jobs and wakes those who wait for them, after a change was committed. Watches are level-triggered: changes that follow each other quickly are told as
/// one, so a slow reader costs no memory.
/// </summary>
internal sealed class JobEvents(TenantLedger tenants, ThroughputMeter throughput, JobChronicle chronicle)
{
    private readonly ConcurrentDictionary<JobId, JobWatch[]> _watches = new();

    /// <summary>Watches some jobs from now on. Subscribe first and read the store after, so that nothing falls between.</summary>
    public JobWatch Watch(IReadOnlyCollection<JobId> ids)
    {
        var watch = new JobWatch(this, ids);
        foreach (var id in ids)
            _watches.AddOrUpdate(id, [watch], (_, others) => [.. others, watch]);
        return watch;
    }

    /// <summary>A job changed.</summary>
    /// <param name="from">Its state before; default when it is new.</param>
    public void Publish(JobRecord job, JobState from)
    {
        tenants.Moved(job, from);
        throughput.Moved(job, from);
        chronicle.Moved(job, from);
        if (!_watches.TryGetValue(job.Id, out var watches))
            return;
        foreach (var watch in watches)
            watch.Push(job);
    }

    /// <summary>More of a job's log is there.</summary>
    public void PublishLog(JobId id)
    {
        if (!_watches.TryGetValue(id, out var watches))
            return;
        foreach (var watch in watches)
            watch.Wake();
    }

    internal void Remove(JobWatch watch, IReadOnlyCollection<JobId> ids)
    {
        foreach (var id in ids)
        {
            while (_watches.TryGetValue(id, out var watches))
            {
                var left = Array.FindAll(watches, w => w != watch);
                var done = left.Length == 0
                    ? _watches.TryRemove(new KeyValuePair<JobId, JobWatch[]>(id, watches))
                    : _watches.TryUpdate(id, left, watches);
                if (done)
                    break;
            }
        }
    }
}

/// <summary>One reader's view of the changes of some jobs. Dispose it to stop watching.</summary>
internal sealed class JobWatch(JobEvents events, IReadOnlyCollection<JobId> ids) : IDisposable
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true, AllowSynchronousContinuations = true });

    private readonly ConcurrentDictionary<JobId, JobRecord> _changed = new();

    /// <summary>Waits for the next change or piece of log.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

    /// <summary>Takes the newest state of each job that changed since the last call.</summary>
    public IEnumerable<JobRecord> TakeChanged()
    {
        foreach (var id in _changed.Keys)
        {
            if (_changed.TryRemove(id, out var job))
                yield return job;
        }
    }

    /// <summary>Waits until the job has its outcome.</summary>
    public async Task<JobRecord> WaitForOutcomeAsync(JobRecord job, CancellationToken cancellationToken)
    {
        while (!job.Status.IsFinal)
        {
            await WaitAsync(cancellationToken);
            job = TakeChanged().Aggregate(job, static (newest, next) => next.Revision > newest.Revision ? next : newest);
        }

        return job;
    }

    public void Dispose() => events.Remove(this, ids);

    internal void Push(JobRecord job)
    {
        _changed.AddOrUpdate(job.Id, job, (_, held) => held.Revision > job.Revision ? held : job);
        Wake();
    }

    internal void Wake() => _signal.Writer.TryWrite(true);
}
