using System.Runtime.CompilerServices;
using Grpc.Core;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Client.Jobs;

/// <summary>Streams that go on after a broken connection where they were.</summary>
public static class JobFollowing
{
    /// <summary>How long an orchestrator that was there before may be away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The states of some jobs (1 to 1,000 ids) until all have their outcome.</summary>
    /// <exception cref="ApiException">A job is not there, or the orchestrator stayed away for too long.</exception>
    public static IAsyncEnumerable<Job> WatchAsync(
        this JobService.JobServiceClient jobs, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var request = new WatchJobsRequest { Ids = { ids } };
        return ResumeAsync(
            () => jobs.Watch(request, cancellationToken: cancellationToken), job => request.AfterRevision = Math.Max(request.AfterRevision, job.Revision),
            cancellationToken);
    }

    /// <summary>The pieces of a job's log; with <paramref name="follow"/> until it has its outcome.</summary>
    /// <exception cref="ApiException">The job is not there, or the orchestrator stayed away for too long.</exception>
    public static IAsyncEnumerable<JobLogChunk> LogsAsync(
        this JobService.JobServiceClient jobs, string id, bool follow, CancellationToken cancellationToken)
    {
        var request = new JobLogsRequest { Id = id, Follow = follow };
        return ResumeAsync(
            () => jobs.Logs(request, cancellationToken: cancellationToken), piece => request.AfterPosition = piece.Position, cancellationToken);
    }

    /// <summary>The bytes of a finished job's stdout.</summary>
    /// <exception cref="ApiException">The job is not there or not finished, or the orchestrator stayed away for too long.</exception>
    public static IAsyncEnumerable<JobResultChunk> ResultAsync(this JobService.JobServiceClient jobs, string id, CancellationToken cancellationToken)
    {
        var request = new JobResultRequest { Id = id };
        return ResumeAsync(
            () => jobs.Result(request, cancellationToken: cancellationToken), piece => request.Offset = piece.Offset + piece.Data.Length,
            cancellationToken);
    }

    private static async IAsyncEnumerable<T> ResumeAsync<T>(
        Func<AsyncServerStreamingCall<T>> open, Action<T> remember, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (everAnswered, failures) = (false, 0);
        var clock = TimeProvider.System;
        var lastAnswer = clock.GetTimestamp();
        while (true)
        {
            using var call = open();
            while (true)
            {
                try
                {
                    if (!await call.ResponseStream.MoveNext(cancellationToken))
                        yield break;
                }
                catch (ApiException e) when (IsPassing(e) && everAnswered && clock.GetElapsedTime(lastAnswer) < Patience)
                {
                    break;
                }

                (everAnswered, failures, lastAnswer) = (true, 0, clock.GetTimestamp());
                remember(call.ResponseStream.Current);
                yield return call.ResponseStream.Current;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(3000, 100 << Math.Min(failures++, 5))), clock, cancellationToken);
        }
    }

    private static bool IsPassing(ApiException e) => e.Status is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown;
}
