using System.Diagnostics;
using System.Threading.Channels;
using MiniLambda.Client;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Bench;

/// <summary>Drives jobs through a cluster and takes the time.</summary>
internal sealed class LoadGenerator(ClusterConnection cluster, SubmitJobRequest request)
{
    /// <summary>Jobs that one watch takes.</summary>
    private const int WatchBatch = 500;

    /// <summary>Each job is one call that answers with its outcome.</summary>
    public async Task<LoadReport> InvokeAsync(int jobs, int concurrency, CancellationToken cancellationToken)
    {
        var done = new List<(Job Job, TimeSpan Whole)>(jobs);
        var watch = Stopwatch.StartNew();
        await InParallelAsync(jobs, concurrency, async () =>
        {
            var start = Stopwatch.GetTimestamp();
            var answer = await cluster.Jobs.InvokeAsync(request, cancellationToken: cancellationToken);
            lock (done)
                done.Add((answer.Job, Stopwatch.GetElapsedTime(start)));
        });
        return Report("invoke", concurrency, watch.Elapsed, done);
    }

    /// <summary>Jobs are handed in as fast as the calls allow; their outcomes are learned from watches beside it.</summary>
    public async Task<LoadReport> SubmitAsync(int jobs, int concurrency, CancellationToken cancellationToken)
    {
        var submitted = Channel.CreateBounded<string>(jobs);
        var done = new List<(Job Job, TimeSpan Whole)>(jobs);
        var watch = Stopwatch.StartNew();
        var watching = WatchAsync(submitted.Reader, done, cancellationToken);
        await InParallelAsync(jobs, concurrency, async () =>
        {
            var answer = await cluster.Jobs.SubmitAsync(request, cancellationToken: cancellationToken);
            await submitted.Writer.WriteAsync(answer.Job.Id, cancellationToken);
        });
        submitted.Writer.Complete();
        await watching;
        return Report("submit", concurrency, watch.Elapsed, done);
    }

    private async Task WatchAsync(ChannelReader<string> ids, List<(Job, TimeSpan)> done, CancellationToken cancellationToken)
    {
        var batch = new List<string>(WatchBatch);
        await foreach (var id in ids.ReadAllAsync(cancellationToken))
        {
            batch.Add(id);
            if (batch.Count < WatchBatch)
                continue;
            await WatchBatchAsync(batch, done, cancellationToken);
            batch.Clear();
        }

        if (batch.Count > 0)
            await WatchBatchAsync(batch, done, cancellationToken);
    }

    private async Task WatchBatchAsync(List<string> ids, List<(Job, TimeSpan)> done, CancellationToken cancellationToken)
    {
        await foreach (var job in cluster.Jobs.WatchAsync(ids, cancellationToken))
        {
            if (job.FinishedAt is not null)
                done.Add((job, job.FinishedAt.ToDateTimeOffset() - job.CreatedAt.ToDateTimeOffset()));
        }
    }

    private static async Task InParallelAsync(int jobs, int concurrency, Func<Task> one)
    {
        var left = jobs;
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await one();
        }));
    }

    private static LoadReport Report(string mode, int concurrency, TimeSpan took, List<(Job Job, TimeSpan Whole)> done)
    {
        Percentiles Phase(Func<Job, TimeSpan?> phase) => Percentiles.Of(done.Select(d => phase(d.Job)).OfType<TimeSpan>());
        return new LoadReport(
            mode, done.Count, concurrency, done.Count(d => d.Job.State != Job.Types.State.Succeeded), done.Count / took.TotalSeconds,
            new Dictionary<string, Percentiles>
            {
                ["queue"] = Phase(j => j.QueuedFor?.ToTimeSpan()),
                ["start"] = Phase(j => j.Usage?.Start?.ToTimeSpan()),
                ["run"] = Phase(j => j.Usage?.Run?.ToTimeSpan()),
                ["whole"] = Percentiles.Of(done.Select(d => d.Whole)),
            });
    }
}
