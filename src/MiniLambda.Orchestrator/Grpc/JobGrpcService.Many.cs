using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Grpc;

/// <content>Calls about many jobs.</content>
internal sealed partial class JobGrpcService
{
    public override async Task SubmitBatch(
        IAsyncStreamReader<SubmitJobRequest> requestStream, IServerStreamWriter<SubmitBatchResponse> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        var caller = Caller.Of(context);
        await batch.RunAsync(
            requestStream.ReadAllAsync(ending.Token), request => JobMapping.Read(request, caller),
            answer => responseStream.WriteAsync(JobMapping.Write(answer), ending.Token), RpcErrors.StoreFailureInWords, ending.Token);
    }

    public override async Task<MatchingJobsResponse> CancelMatching(MatchingJobsRequest request, ServerCallContext context) =>
        new() { Count = await changes.CancelMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken) };

    public override async Task<MatchingJobsResponse> RedriveMatching(MatchingJobsRequest request, ServerCallContext context) =>
        new() { Count = await changes.RedriveMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken) };

    public override async Task<MatchingJobsResponse> PurgeMatching(MatchingJobsRequest request, ServerCallContext context) =>
        new() { Count = await changes.PurgeMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken) };
}
