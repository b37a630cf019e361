using System.Threading.Channels;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Traces;

namespace MiniLambda.Orchestrator.Grpc;

/// <content>Calls about many jobs.</content>
internal sealed partial class JobGrpcService
{
    /// <summary>Requests of one batch that may be under way at once; they share their commits.</summary>
    private const int MaxBatchUnderWay = 512;

    public override async Task SubmitBatch(
        IAsyncStreamReader<SubmitJobRequest> requestStream, IServerStreamWriter<SubmitBatchResponse> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context.CancellationToken);
        var caller = Caller.Of(context);
        var trace = CallTrace.Of(context);
        var underWay = Channel.CreateBounded<Task<SubmitBatchResponse>>(new BoundedChannelOptions(MaxBatchUnderWay) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync();
        await foreach (var answer in underWay.Reader.ReadAllAsync(ending.Token))
            await responseStream.WriteAsync(await answer, ending.Token);
        await reading;

        async Task ReadAsync()
        {
            try
            {
                for (var index = 0L; await requestStream.MoveNext(ending.Token); index++)
                    await underWay.Writer.WriteAsync(SubmitOneAsync(index, requestStream.Current, caller, trace, ending.Token), ending.Token);
                underWay.Writer.Complete();
            }
            catch (Exception e)
            {
                underWay.Writer.Complete(e);
            }
        }
    }

    public override Task<MatchingJobsResponse> CancelMatching(MatchingJobsRequest request, ServerCallContext context) => ForEachAsync(
        request, deadLettered: false, [JobState.Queued, JobState.Leased, JobState.Running],
        async id => (await ledger.CancelAsync(id, context.CancellationToken)).Status == TransitionStatus.Applied, context);

    public override Task<MatchingJobsResponse> RedriveMatching(MatchingJobsRequest request, ServerCallContext context) => ForEachAsync(
        request, deadLettered: true, [],
        async id => await store.FindAsync(id, context.CancellationToken) is { } job && await ModuleGoneAsync(job, context.CancellationToken) is null
            && (await ledger.RetryAsync(id, context.CancellationToken)).Status == TransitionStatus.Applied,
        context);

    public override Task<MatchingJobsResponse> PurgeMatching(MatchingJobsRequest request, ServerCallContext context) => ForEachAsync(
        request, deadLettered: true, [], async id => (await ledger.RemoveAsync(id, context.CancellationToken)).Status == TransitionStatus.Applied, context);

    private async Task<MatchingJobsResponse> ForEachAsync(
        MatchingJobsRequest request, bool deadLettered, JobState[] states, Func<JobId, Task<bool>> change, ServerCallContext context)
    {
        if (request is { All: false, States.Count: 0, Function: "", Worker: "", Tenant: "" })
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", "name what the jobs have in common, or ask for all of them");
        var query = Query(request.States, request.Function, request.Version, request.Worker, request.Tenant, deadLettered);
        if (query.States.Count == 0)
            query = query with { States = states };
        return new MatchingJobsResponse { Count = await matching.ForEachAsync(query, change, context.CancellationToken) };
    }

    private async Task<SubmitBatchResponse> SubmitOneAsync(
        long index, SubmitJobRequest request, Caller caller, string? trace, CancellationToken cancellationToken)
    {
        var answer = new SubmitBatchResponse { Index = index };
        try
        {
            while (true)
            {
                var asked = JobMapping.Read(request, caller.Tenant, trace);
                var result = await admission.SubmitAsync(admission.NewId(), asked, isUrgent: true, cancellationToken);
                if (result.Submission is { } submission)
                {
                    (answer.Id, answer.RepeatedRequest) = (submission.Job.Id.Value, submission.Status == SubmissionStatus.Repeated);
                    return answer;
                }

                // A rate refills by itself; other quotas may not while the caller waits.
                if (result.RetryAfter is { } after && after < TimeSpan.FromSeconds(2))
                {
                    await Task.Delay(after, clock, cancellationToken);
                    continue;
                }

                (answer.Reason, answer.Message) = (result.Reason, result.Message);
                return answer;
            }
        }
        catch (RpcException refused)
        {
            (answer.Reason, answer.Message) = ("SETTING_OUT_OF_RANGE", refused.Status.Detail);
            return answer;
        }
        catch (IOException failure)
        {
            (_, answer.Reason, answer.Message) = RpcErrors.StoreFailure(failure);
            return answer;
        }
    }
}
