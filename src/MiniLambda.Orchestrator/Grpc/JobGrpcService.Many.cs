using System.Threading.Channels;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
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

    public override async Task<MatchingJobsResponse> CancelMatching(MatchingJobsRequest request, ServerCallContext context) =>
        new() { Count = await changes.CancelMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken) };

    public override async Task<MatchingJobsResponse> RedriveMatching(MatchingJobsRequest request, ServerCallContext context) =>
        new() { Count = await changes.RedriveMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken) };

    public override async Task<MatchingJobsResponse> PurgeMatching(MatchingJobsRequest request, ServerCallContext context) =>
        new() { Count = await changes.PurgeMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken) };

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
