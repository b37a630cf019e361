using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Throughput;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>What callers see of the cluster, in the words of the wire.</summary>
internal sealed class ClusterReading(Fleet fleet, ClusterActivity activity, OrchestratorOptions options, ClusterStart start)
{
    private static readonly string Version =
        typeof(ClusterReading).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public ClusterInfo Info(Caller caller)
    {
        var (totals, speed) = activity.Of(caller);
        return new ClusterInfo
        {
            Version = Version,
            StartedAt = start.At.ToTimestamp(),
            MaxModuleSize = options.MaxModuleBytes,
            MaxInputSize = options.MaxInputBytes,
            QueuedJobs = totals.Queued,
            LeasedJobs = totals.Leased,
            RunningJobs = totals.Running,
            Tenant = caller.Tenant,
            Throughput = speed is null ? null : Write(speed),
        };
    }

    /// <exception cref="RefusedException">There is no such worker.</exception>
    public WorkerInfo Worker(Caller caller, string name)
    {
        var info = fleet.Describe(node => node.Name == name ? WorkerMapping.Detail(node, fleet.HealthOf(node, options)) : null)
            .Find(info => info is not null) ?? throw Refused.WorkerNotFound(name);
        // What others' functions left there is theirs.
        if (caller.Scope is not null && info.ArtifactCache is { Artifacts.Count: > 0 } cache)
            info.ArtifactCache = new ArtifactCache { Size = cache.Size, Hits = cache.Hits, Misses = cache.Misses };
        return info;
    }

    /// <summary>Workers are few and in memory; the page token is the last name of the page before.</summary>
    public ListWorkersResponse Workers(ListWorkersRequest request)
    {
        var page = Paging.Read(request.PageSize, request.PageToken);
        var rest = fleet.Describe(node => WorkerMapping.Info(node, fleet.HealthOf(node, options))).Where(w => string.CompareOrdinal(w.Name, page.Token) > 0).ToList();
        var response = new ListWorkersResponse { Workers = { rest.Take(page.Size) } };
        if (rest.Count > page.Size)
            response.NextPageToken = response.Workers[^1].Name;
        return response;
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
}

/// <summary>When the orchestrator started.</summary>
internal sealed record ClusterStart(DateTimeOffset At);
