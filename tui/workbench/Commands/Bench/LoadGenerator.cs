using System.Diagnostics;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Client.Events;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Bench;

/// <summary>Drives jobs through a cluster and takes the time.</summary>
internal sealed class LoadGenerator(ClusterConnection cluster, SubmitJobRequest request)
{
    private const int PageSize = 1000;

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

    /// <summary>
    /// Jobs are handed in as fast as the calls allow; that they have ended is learned from the event log, which costs the cluster less than asking after
    /// each. The time is that from the first submission to the last committed outcome, by the orchestrator's clock.
    /// </summary>
    public Task<LoadReport> SubmitAsync(int jobs, int concurrency, CancellationToken cancellationToken) => WatchedAsync(
        "submit", jobs, concurrency,
        outcomes => InParallelAsync(jobs, concurrency, async () =>
            outcomes.Await((await cluster.Jobs.SubmitAsync(request, cancellationToken: cancellationToken)).Job.Id)),
        cancellationToken);

    /// <summary>As <see cref="SubmitAsync"/>, but all in one streamed call, as <c>submit --batch</c> does; each job is acknowledged when it is on disk.</summary>
    /// <param name="concurrency">Jobs that may be sent and not yet acknowledged.</param>
    public Task<LoadReport> BatchAsync(int jobs, int concurrency, CancellationToken cancellationToken) =>
        WatchedAsync("batch", jobs, concurrency, outcomes => InOneStreamAsync(jobs, concurrency, outcomes, cancellationToken), cancellationToken);

    private async Task InOneStreamAsync(int jobs, int concurrency, OutcomeWatch outcomes, CancellationToken cancellationToken)
    {
        using var call = cluster.Jobs.SubmitBatch(cancellationToken: cancellationToken);
        using var room = new SemaphoreSlim(concurrency);
        var sending = SendAsync();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            if (answer.Id.Length == 0)
                throw new CommandException(ExitCodes.Failed, $"job {answer.Index} of the batch was refused: {answer.Message}");
            outcomes.Await(answer.Id);
            room.Release();
        }

        await sending;

        async Task SendAsync()
        {
            for (var sent = 0; sent < jobs; sent++)
            {
                await room.WaitAsync(cancellationToken);
                await call.RequestStream.WriteAsync(request, cancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
    }

    private async Task<LoadReport> WatchedAsync(
        string mode, int jobs, int concurrency, Func<OutcomeWatch, Task> submit, CancellationToken cancellationToken)
    {
        var wanted = new WatchEventsRequest { OnlyNew = true, Follow = true, Function = request.Function };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var events = cluster.Events.FollowAsync(wanted, ended.Token).GetAsyncEnumerator(ended.Token);
        // The first answer says that the watch stands.
        await events.MoveNextAsync();
        var outcomes = new OutcomeWatch(jobs, ended);
        var watching = outcomes.ReadAsync(events);
        await submit(outcomes);
        await watching;
        var done = await ListAsync(outcomes, jobs, cancellationToken);
        return Report(
            mode, concurrency, done.Max(d => d.Job.FinishedAt.ToDateTimeOffset()) - done.Min(d => d.Job.CreatedAt.ToDateTimeOffset()), done);
    }

    private async Task<List<(Job Job, TimeSpan Whole)>> ListAsync(OutcomeWatch outcomes, int jobs, CancellationToken cancellationToken)
    {
        var done = new List<(Job, TimeSpan)>(jobs);
        var page = new ListJobsRequest { Function = request.Function, PageSize = PageSize };
        do
        {
            var answer = await cluster.Jobs.ListAsync(page, cancellationToken: cancellationToken);
            done.AddRange(answer.Jobs.Where(job => outcomes.Has(job.Id)).Select(
                job => (job, job.FinishedAt.ToDateTimeOffset() - job.CreatedAt.ToDateTimeOffset())));
            page.PageToken = answer.NextPageToken;
        }
        while (done.Count < jobs && page.PageToken.Length > 0);
        return done;
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
