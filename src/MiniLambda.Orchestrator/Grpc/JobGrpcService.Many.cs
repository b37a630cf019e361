using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Traces;

namespace MiniLambda.Orchestrator.Grpc;

/// <content>Calls about many jobs.</content>
internal sealed partial class JobGrpcService
{
    public override async Task SubmitBatch(
        IAsyncStreamReader<SubmitJobRequest> requestStream, IServerStreamWriter<SubmitBatchResponse> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        var caller = Caller.Of(context);
        var trace = CallTrace.Of(context);
        await batch.RunAsync(
            requestStream.ReadAllAsync(ending.Token), request => JobMapping.Read(request, caller, trace),
            answer => responseStream.WriteAsync(JobMapping.Write(answer), ending.Token), RpcErrors.StoreFailureInWords, ending.Token);
    }

    public override Task<MatchingJobsResponse> CancelMatching(MatchingJobsRequest request, ServerCallContext context) => RecordedAsync(
        "job.cancel", changes.CancelMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken), request,
        Caller.Of(context), Caller.PeerOf(context));

    public override Task<MatchingJobsResponse> RedriveMatching(MatchingJobsRequest request, ServerCallContext context) => RecordedAsync(
        "job.redrive", changes.RedriveMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken), request,
        Caller.Of(context), Caller.PeerOf(context));

    public override Task<MatchingJobsResponse> PurgeMatching(MatchingJobsRequest request, ServerCallContext context) => RecordedAsync(
        "job.purge", changes.PurgeMatchingAsync(Caller.Of(context), JobMapping.Read(request), request.All, context.CancellationToken), request,
        Caller.Of(context), Caller.PeerOf(context));

    /// <summary>Takes down what was done to many jobs, whatever the face that it came by, and tells it.</summary>
    internal async Task<MatchingJobsResponse> RecordedAsync(string action, Task<long> change, MatchingJobsRequest request, Caller caller, string peer)
    {
        var count = await change;
        audit.Record(action, AuditOutcome.Done, caller, peer, Wanted(request), $"{count} jobs");
        return new MatchingJobsResponse { Count = count };
    }

    private static string Wanted(MatchingJobsRequest request) => string.Join(' ', ((string[])[
        request.All ? "all" : "", string.Join(',', request.States.Select(static state => state.ToString().ToLowerInvariant())),
        request.Function.Length > 0 ? $"function={request.Function}" : "", request.Worker.Length > 0 ? $"worker={request.Worker}" : "",
        request.Tenant.Length > 0 ? $"tenant={request.Tenant}" : "",
    ]).Where(static part => part.Length > 0));
}
