using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Tenants;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The cluster over gRPC.</summary>
internal sealed class ClusterGrpcService(Fleet fleet, TenantLedger tenants, OrchestratorOptions options, ClusterStart start) : ClusterService.ClusterServiceBase
{
    private static readonly string Version =
        typeof(ClusterGrpcService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public override Task<ClusterInfo> Info(ClusterInfoRequest request, ServerCallContext context)
    {
        var totals = tenants.Totals;
        return Task.FromResult(new ClusterInfo
        {
            Version = Version,
            StartedAt = start.At.ToTimestamp(),
            MaxModuleSize = options.MaxModuleBytes,
            MaxInputSize = options.MaxInputBytes,
            QueuedJobs = totals.Queued,
            LeasedJobs = totals.Leased,
            RunningJobs = totals.Running,
        });
    }

    public override Task<WorkerInfo> GetWorker(GetWorkerRequest request, ServerCallContext context) => Task.FromResult(
        fleet.Describe(node => node.Name == request.Name ? WorkerMapping.Detail(node) : null).Find(info => info is not null)
            ?? throw RpcErrors.Create(StatusCode.NotFound, "WORKER_NOT_FOUND", $"there is no worker '{Printable.Of(request.Name)}'"));

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context)
    {
        // Workers are few and in memory; the page token is the last name of the page before.
        var page = Paging.Read(request.PageSize, request.PageToken);
        var rest = fleet.Describe(WorkerMapping.Info).Where(w => string.CompareOrdinal(w.Name, page.Token) > 0).ToList();
        var response = new ListWorkersResponse { Workers = { rest.Take(page.Size) } };
        if (rest.Count > page.Size)
            response.NextPageToken = response.Workers[^1].Name;
        return Task.FromResult(response);
    }
}

/// <summary>When the orchestrator started.</summary>
internal sealed record ClusterStart(DateTimeOffset At);
