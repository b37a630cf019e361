using System.Runtime.CompilerServices;
using MiniLambda.Client.Streams;
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
        await foreach (var piece in ResumedStream.ReadAsync(() => jobs.Logs(request, cancellationToken: cancellationToken), cancellationToken))
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
        await foreach (var piece in ResumedStream.ReadAsync(() => jobs.Result(request, cancellationToken: cancellationToken), cancellationToken))
        {
            request.Offset = piece.Offset + piece.Data.Length;
            yield return piece;
        }
    }

    /// <summary>The bytes of a job's stdin.</summary>
    /// <exception cref="ApiException">The job is not there, or the orchestrator stayed away for too long.</exception>
    public static async IAsyncEnumerable<JobInputChunk> InputAsync(
        this JobService.JobServiceClient jobs, string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new JobInputRequest { Id = id };
        await foreach (var piece in ResumedStream.ReadAsync(() => jobs.Input(request, cancellationToken: cancellationToken), cancellationToken))
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
        var states = ResumedStream.ReadAsync(
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
}
