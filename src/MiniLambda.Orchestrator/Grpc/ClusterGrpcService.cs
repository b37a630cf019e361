using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Throughput;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The cluster over gRPC.</summary>
internal sealed class ClusterGrpcService(
    Fleet fleet, FleetAdministration administration, ClusterActivity activity, OrchestratorOptions options, ClusterStart start)
    : ClusterService.ClusterServiceBase
{
    private static readonly string Version =
        typeof(ClusterGrpcService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public override Task<ClusterInfo> Info(ClusterInfoRequest request, ServerCallContext context)
    {
        var (totals, speed) = activity.Of(Caller.Of(context));
        return Task.FromResult(new ClusterInfo
        {
            Version = Version,
            StartedAt = start.At.ToTimestamp(),
            MaxModuleSize = options.MaxModuleBytes,
            MaxInputSize = options.MaxInputBytes,
            QueuedJobs = totals.Queued,
            LeasedJobs = totals.Leased,
            RunningJobs = totals.Running,
            Tenant = Caller.Of(context).Tenant,
            Throughput = speed is null ? null : Write(speed),
        });
    }

    public override Task<WorkerInfo> GetWorker(GetWorkerRequest request, ServerCallContext context)
    {
        var info = Find(request.Name);
        // What others' functions left there is theirs.
        if (Caller.Of(context).Scope is not null && info.ArtifactCache is { Artifacts.Count: > 0 } cache)
            info.ArtifactCache = new ArtifactCache { Size = cache.Size, Hits = cache.Hits, Misses = cache.Misses };
        return Task.FromResult(info);
    }

    public override async Task<WorkerInfo> DrainWorker(DrainWorkerRequest request, ServerCallContext context)
    {
        await administration.DrainAsync(request.Name, request.Deadline is { } sent ? JobMapping.Read(sent) : null);
        return Find(request.Name);
    }

    public override async Task<WorkerInfo> ResumeWorker(ResumeWorkerRequest request, ServerCallContext context)
    {
        await administration.ResumeAsync(request.Name);
        return Find(request.Name);
    }

    public override async Task<RemoveWorkerResponse> RemoveWorker(RemoveWorkerRequest request, ServerCallContext context) => new()
    {
        FencedJobs = await administration.RemoveAsync(request.Name),
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
            ?? throw Refused.WorkerNotFound(name);
}

/// <summary>When the orchestrator started.</summary>
internal sealed record ClusterStart(DateTimeOffset At);
