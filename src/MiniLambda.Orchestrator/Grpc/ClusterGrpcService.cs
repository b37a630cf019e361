using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The cluster over gRPC.</summary>
internal sealed class ClusterGrpcService(ClusterReading reading, FleetAdministration administration) : ClusterService.ClusterServiceBase
{
    public override Task<ClusterInfo> Info(ClusterInfoRequest request, ServerCallContext context) =>
        Task.FromResult(reading.Info(Caller.Of(context)));

    public override Task<WorkerInfo> GetWorker(GetWorkerRequest request, ServerCallContext context) =>
        Task.FromResult(reading.Worker(Caller.Of(context), request.Name));

    public override async Task<WorkerInfo> DrainWorker(DrainWorkerRequest request, ServerCallContext context)
    {
        await administration.DrainAsync(request.Name, request.Deadline is { } sent ? JobMapping.Read(sent) : null);
        return reading.Worker(Caller.Of(context), request.Name);
    }

    public override async Task<WorkerInfo> ResumeWorker(ResumeWorkerRequest request, ServerCallContext context)
    {
        await administration.ResumeAsync(request.Name);
        return reading.Worker(Caller.Of(context), request.Name);
    }

    public override async Task<RemoveWorkerResponse> RemoveWorker(RemoveWorkerRequest request, ServerCallContext context) => new()
    {
        FencedJobs = await administration.RemoveAsync(request.Name),
    };

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context) =>
        Task.FromResult(reading.Workers(request));
}
