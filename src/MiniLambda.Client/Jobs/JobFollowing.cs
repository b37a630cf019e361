using System.Runtime.CompilerServices;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Jobs;

/// <summary>Streams that go on after a broken connection where they were.</summary>
public static class JobFollowing
{
    /// <summary>What one call of the orchestrator's watches at most.</summary>
    private const int MaxWatched = 1000;

    /// <summary>
    /// The states of jobs until all have their outcome; of each job only newer ones than were told before. Of more than 1,000 those that follow are told
    /// of once these have ended.
    /// </summary>
    /// <exception cref="ApiException">A job is not there, or the orchestrator stayed away for too long.</exception>
    public static async IAsyncEnumerable<Job> WatchAsync(
        this JobService.JobServiceClient jobs, IReadOnlyCollection<string> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in ids.Distinct().Chunk(MaxWatched))
        {
            await foreach (var job in WatchSomeAsync(jobs, some, cancellationToken))
                yield return job;
        }
    }

    /// <summary>The pieces of a job's log; with <paramref name="follow"/> until it has its outcome.</summary>
    /// <exception cref="ApiException">The job is not there, or the orchestrator stayed away for too long.</exception>
    public static async IAsyncEnumerable<JobLogChunk> LogsAsync(
        this JobService.JobServiceClient jobs, string id, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new JobLogsRequest { Id = id, Follow = follow };
        await foreach (var piece in ResumeAsync(() => jobs.Logs(request, cancellationToken: cancellationToken), cancellationToken))
        {
            request.AfterPosition = piece.Position;
            yield return piece;
        }
    }

    /// <summary>The bytes of a finished job's stdout.</summary>
    /// <exception cref="ApiException">The job is not there or not finished, or the orchestrator stayed away for too long.</exception>
    public static async IAsyncEnumerable<JobResultChunk> ResultAsync(
        this JobService.JobServiceClient jobs, string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new JobResultRequest { Id = id };
        await foreach (var piece in ResumeAsync(() => jobs.Result(request, cancellationToken: cancellationToken), cancellationToken))
        {
            request.Offset = piece.Offset + piece.Data.Length;
            yield return piece;
        }
    }

    private static async IAsyncEnumerable<Job> WatchSomeAsync(
        JobService.JobServiceClient jobs, string[] ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Revisions count the changes of all jobs, and states are not told in their order: what was seen is remembered for each job by itself,
        // and a new stream is asked for everything.
        var request = new WatchJobsRequest { Ids = { ids } };
        var told = new Dictionary<string, long>();
        var states = ResumeAsync(
            () => request.Ids.Count > 0 ? jobs.Watch(request, cancellationToken: cancellationToken) : null, cancellationToken);
        await foreach (var job in states)
        {
            if (job.Revision <= told.GetValueOrDefault(job.Id, -1))
                continue;
            told[job.Id] = job.Revision;
            if (job.FinishedAt is not null)
                request.Ids.Remove(job.Id);
            yield return job;
        }
    }

    /// <param name="open">Makes the call again, for what did not come yet; null when nothing more is wanted.</param>
    private static async IAsyncEnumerable<T> ResumeAsync<T>(
        Func<AsyncServerStreamingCall<T>?> open, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var outage = new Outage(TimeProvider.System, new Random());
        while (open() is { } opened)
        {
            using var call = opened;
            if (await IsTakenAsync(call))
                outage.Opened();
            TimeSpan wait;
            while (true)
            {
                try
                {
                    if (!await call.ResponseStream.MoveNext(cancellationToken))
                        yield break;
                }
                catch (ApiException e) when (IsPassing(e) && TryGoOn(e, out wait))
                {
                    break;
                }

                outage.Received();
                yield return call.ResponseStream.Current;
            }

            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }

        bool TryGoOn(ApiException failure, out TimeSpan wait)
        {
            if (failure.IsHungUp)
                outage.Opened();
            return outage.TryGoOn(out wait);
        }
    }

    /// <summary>Whether the orchestrator took the call. Headers alone do not say so: a refusal has some too, and so has a proxy's.</summary>
    private static async Task<bool> IsTakenAsync<T>(AsyncServerStreamingCall<T> call)
    {
        try
        {
            return (await call.ResponseHeadersAsync).GetValue("minilambda-stream") == "open";
        }
        catch (RpcException)
        {
            // The stream tells why.
            return false;
        }
    }

    // What the orchestrator itself says it failed at, with a reason, would fail again; unless it is that it goes away.
    private static bool IsPassing(ApiException e) => e.Status is StatusCode.Unavailable
        || (e.Reason.Length == 0 && e.Status is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled);
}
