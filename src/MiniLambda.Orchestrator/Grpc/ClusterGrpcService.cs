using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Tenants;
using MiniLambda.Orchestrator.Throughput;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The cluster over gRPC.</summary>
internal sealed class ClusterGrpcService(
    Fleet fleet, FleetAdministration administration, TenantLedger tenants, ThroughputMeter throughput, OrchestratorOptions options, ClusterStart start)
    : ClusterService.ClusterServiceBase
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromDays(30);

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
            Throughput = Write(throughput.View()),
        });
    }

    public override Task<WorkerInfo> GetWorker(GetWorkerRequest request, ServerCallContext context) => Task.FromResult(Find(request.Name));

    public override async Task<WorkerInfo> DrainWorker(DrainWorkerRequest request, ServerCallContext context)
    {
        TimeSpan? within = request.Deadline is { } sent ? JobMapping.Read(sent) : null;
        if (within is { } deadline && (deadline < TimeSpan.Zero || deadline > LongestDrain))
            throw RpcErrors.Invalid("DEADLINE_INVALID", $"a drain's deadline is between 0s and {DurationText.Format(LongestDrain)}");
        if (!await administration.DrainAsync(request.Name, within))
            throw WorkerNotFound(request.Name);
        return Find(request.Name);
    }

    public override async Task<WorkerInfo> ResumeWorker(ResumeWorkerRequest request, ServerCallContext context)
    {
        if (!await administration.ResumeAsync(request.Name))
            throw WorkerNotFound(request.Name);
        return Find(request.Name);
    }

    public override async Task<RemoveWorkerResponse> RemoveWorker(RemoveWorkerRequest request, ServerCallContext context) => new()
    {
        FencedJobs = await administration.RemoveAsync(request.Name) ?? throw WorkerNotFound(request.Name),
    };

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context)
    {
        // Workers are few and in memory; the page token is the last name of the page before.
        var page = Paging.Read(request.PageSize, request.PageToken);
        var rest = fleet.Describe(node => WorkerMapping.Info(node, fleet.HealthOf(node, options))).Where(w => string.CompareOrdinal(w.Name, page.Token) > 0).ToList();
        var response = new ListWorkersResponse { Workers = { rest.Take(page.Size) } };
        if (rest.Count > page.Size)
            response.NextPageToken = response.Workers[^1].Name;
        return Task.FromResult(response);
    }

    private static Contracts.V1.Throughput Write(ThroughputView view) => new()
    {
        Submitted = view.Submitted,
        Succeeded = view.Succeeded,
        Failed = view.Failed,
        Queue = Write(view.Queue),
        Attempt = Write(view.Attempt),
        Whole = Write(view.Whole),
    };

    private static Latency Write(LatencyView view) =>
        new() { P50 = view.P50?.ToDuration(), P95 = view.P95?.ToDuration(), P99 = view.P99?.ToDuration() };

    private WorkerInfo Find(string name) =>
        fleet.Describe(node => node.Name == name ? WorkerMapping.Detail(node, fleet.HealthOf(node, options)) : null).Find(info => info is not null)
            ?? throw WorkerNotFound(name);

    private static RpcException WorkerNotFound(string name) =>
        RpcErrors.Create(StatusCode.NotFound, "WORKER_NOT_FOUND", $"there is no worker '{Printable.Of(name)}'");
}

/// <summary>When the orchestrator started.</summary>
internal sealed record ClusterStart(DateTimeOffset At);
