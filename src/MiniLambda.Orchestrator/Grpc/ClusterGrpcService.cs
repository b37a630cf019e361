using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The cluster over gRPC.</summary>
internal sealed class ClusterGrpcService(ClusterReading reading, FleetAdministration administration, AuditLog audit) : ClusterService.ClusterServiceBase
{
    public override Task<ClusterInfo> Info(ClusterInfoRequest request, ServerCallContext context) =>
        Task.FromResult(reading.Info(Caller.Of(context)));

    public override Task<WorkerInfo> GetWorker(GetWorkerRequest request, ServerCallContext context) =>
        Task.FromResult(reading.Worker(Caller.Of(context), request.Name));

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context) =>
        Task.FromResult(reading.Workers(request));

    public override Task<WorkerInfo> DrainWorker(DrainWorkerRequest request, ServerCallContext context) =>
        DrainAsync(request, Caller.Of(context), Caller.PeerOf(context));

    public override Task<WorkerInfo> ResumeWorker(ResumeWorkerRequest request, ServerCallContext context) =>
        ResumeAsync(request.Name, Caller.Of(context), Caller.PeerOf(context));

    public override Task<RemoveWorkerResponse> RemoveWorker(RemoveWorkerRequest request, ServerCallContext context) =>
        RemoveAsync(request.Name, Caller.Of(context), Caller.PeerOf(context));

    /// <summary>As <see cref="DrainWorker"/>, whatever the face that it came by.</summary>
    internal async Task<WorkerInfo> DrainAsync(DrainWorkerRequest request, Caller caller, string peer)
    {
        TimeSpan? within = request.Deadline is { } sent ? JobMapping.Read(sent) : null;
        await administration.DrainAsync(request.Name, within);
        audit.Record("worker.drain", AuditOutcome.Done, caller, peer, request.Name, within is { } limit ? $"within {DurationText.Format(limit)}" : "");
        return reading.Worker(caller, request.Name);
    }

    /// <summary>As <see cref="ResumeWorker"/>, whatever the face that it came by.</summary>
    internal async Task<WorkerInfo> ResumeAsync(string worker, Caller caller, string peer)
    {
        await administration.ResumeAsync(worker);
        audit.Record("worker.resume", AuditOutcome.Done, caller, peer, worker);
        return reading.Worker(caller, worker);
    }

    /// <summary>As <see cref="RemoveWorker"/>, whatever the face that it came by.</summary>
    internal async Task<RemoveWorkerResponse> RemoveAsync(string worker, Caller caller, string peer)
    {
        var fenced = await administration.RemoveAsync(worker);
        audit.Record("worker.remove", AuditOutcome.Done, caller, peer, worker, $"{fenced} jobs go to others");
        return new RemoveWorkerResponse { FencedJobs = fenced };
    }
}
