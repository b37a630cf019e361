using System.Threading.Channels;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Refusals;
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
        using var ending = lifetime.Link(context);
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

    public override Task<MatchingJobsResponse> CancelMatching(MatchingJobsRequest request, ServerCallContext context) => RecordedAsync(
        "job.cancel", changes.CancelMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken), request, context);

    public override Task<MatchingJobsResponse> RedriveMatching(MatchingJobsRequest request, ServerCallContext context) => RecordedAsync(
        "job.redrive", changes.RedriveMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken), request, context);

    public override Task<MatchingJobsResponse> PurgeMatching(MatchingJobsRequest request, ServerCallContext context) => RecordedAsync(
        "job.purge", changes.PurgeMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken), request, context);

    private async Task<MatchingJobsResponse> RecordedAsync(string action, Task<long> change, MatchingJobsRequest request, ServerCallContext context)
    {
        var count = await change;
        audit.Record(action, AuditOutcome.Done, Caller.Of(context), context.Peer, Wanted(request), $"{count} jobs");
        return new MatchingJobsResponse { Count = count };
    }

    private static string Wanted(MatchingJobsRequest request) => string.Join(' ', ((string[])[
        request.All ? "all" : "", string.Join(',', request.States.Select(static state => state.ToString().ToLowerInvariant())),
        request.Function.Length > 0 ? $"function={request.Function}" : "", request.Worker.Length > 0 ? $"worker={request.Worker}" : "",
        request.Tenant.Length > 0 ? $"tenant={request.Tenant}" : "",
    ]).Where(static part => part.Length > 0));

    private async Task<SubmitBatchResponse> SubmitOneAsync(
        long index, SubmitJobRequest request, Caller caller, string? trace, CancellationToken cancellationToken)
    {
        var answer = new SubmitBatchResponse { Index = index };
        try
        {
            var result = await intake.SubmitPatientlyAsync(JobMapping.Read(request, caller, trace), cancellationToken);
            if (result.Submission is { } submission)
                (answer.Id, answer.RepeatedRequest) = (submission.Job.Id.Value, submission.Status == SubmissionStatus.Repeated);
            else
                (answer.Reason, answer.Message) = (result.Refusal!.Reason, result.Refusal.Message);
        }
        catch (RefusedException refused)
        {
            (answer.Reason, answer.Message) = (refused.Reason, refused.Message);
        }
        catch (IOException failure)
        {
            (_, answer.Reason, answer.Message) = RpcErrors.StoreFailure(failure);
        }

        return answer;
    }
}
