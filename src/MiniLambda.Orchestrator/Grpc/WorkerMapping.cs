using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Reads what a worker sends into the domain's words.</summary>
internal static class WorkerMapping
{
    public static WorkerDescription Description(WorkerHello hello)
    {
        var capabilities = hello.Capabilities ?? new WorkerCapabilities();
        return new WorkerDescription(
            hello.Name, Guid.TryParse(hello.Instance, out var instance) ? instance : Guid.Empty, capabilities.Arch, capabilities.Os, capabilities.Cores,
            capabilities.Memory, capabilities.Slots, new Dictionary<string, string>(capabilities.Labels), capabilities.EngineFingerprint,
            capabilities.Version)
        {
            Exports = new Dictionary<string, bool>(capabilities.Exports),
            AllowsNetwork = capabilities.Network,
            Isolation = capabilities.Isolation,
            Walls = [.. capabilities.Walls.Select(wall => new WorkerWall(wall.Name, wall.InForce, wall.Detail))],
        };
    }

    public static AttemptReport Report(AttemptCompleted completed) => new()
    {
        Outcome = (AttemptOutcome)completed.Outcome,
        ExitCode = completed.HasExitCode ? completed.ExitCode : null,
        Message = completed.Message,
        Stdout = BlobDigest.TryParse(completed.ResultDigest, out var digest)
            ? Payload.OfBlob(digest, completed.ResultSize)
            : Payload.OfBytes(completed.Result.Memory),
        LogsTruncated = completed.LogsTruncated,
        Usage = completed.Usage is { } usage
            ? new AttemptUsage
            {
                Fetch = usage.Fetch?.ToTimeSpan() ?? default,
                Compile = usage.Compile?.ToTimeSpan() ?? default,
                Start = usage.Start?.ToTimeSpan() ?? default,
                Run = usage.Run?.ToTimeSpan() ?? default,
                Cpu = usage.Cpu?.ToTimeSpan() ?? default,
                Fuel = usage.Fuel,
                PeakMemoryBytes = usage.PeakMemory,
                Artifact = (ArtifactSource)usage.Artifact,
            }
            : AttemptUsage.None,
    };

    public static Domain.Workers.ProtocolVersion Version(Contracts.V1.ProtocolVersion? version) =>
        version is null ? Domain.Workers.ProtocolVersion.Unsaid : new Domain.Workers.ProtocolVersion(version.Major, version.Minor);

    /// <summary>What a worker tells of its cache, without what makes no sense.</summary>
    public static ArtifactCache Cache(ArtifactCache told)
    {
        const int mostArtifacts = 100;
        var cache = new ArtifactCache { Size = Math.Max(told.Size, 0), Hits = Math.Max(told.Hits, 0), Misses = Math.Max(told.Misses, 0) };
        foreach (var artifact in told.Artifacts.Take(mostArtifacts).Where(a => BlobDigest.TryParse(a.ModuleDigest, out _)))
        {
            artifact.Compile ??= new Google.Protobuf.WellKnownTypes.Duration();
            if (artifact.EngineFingerprint.Length <= HelloRules.MaxText)
                cache.Artifacts.Add(artifact);
        }

        return cache;
    }

    public static Domain.Workers.WorkerLoad Load(Contracts.V1.WorkerLoad load) => Domain.Workers.WorkerLoad.Bounded(
        load.CpuFraction, load.MemoryUsed, load.Running, Math.Min(load.Slots, Sessions.WorkerNode.MaxSlots),
        load.Power is { } power
            ? new WorkerPower((PowerSource)power.Source, power.HasBatteryPercent ? power.BatteryPercent : null, power.Charging)
            : null);

    public static WorkerInfo Detail(Sessions.WorkerNode node, Sessions.NodeHealth health)
    {
        var info = Info(node, health);
        info.ArtifactCache = node.ArtifactCache;
        return info;
    }

    public static WorkerInfo Info(Sessions.WorkerNode node, Sessions.NodeHealth health)
    {
        return new WorkerInfo
        {
            Name = node.Name,
            Status = Status(node, health),
            Capabilities = node.Description is { } description ? Capabilities(description) : new WorkerCapabilities(),
            Load = Load(node.Load),
            BusySlots = Math.Min(node.Busy, node.Description?.Slots ?? 0),
            HeldJobs = node.Leases.Count + node.Reserved,
            ConnectedAt = JobMapping.Time(node.ConnectedAt),
            LastSeenAt = JobMapping.Time(node.LastSeenAt),
            DrainedAt = JobMapping.Time(node.Drain?.Since),
            DrainDeadline = JobMapping.Time(node.Drain?.Until),
        };
    }

    private static WorkerCapabilities Capabilities(WorkerDescription description)
    {
        var capabilities = new WorkerCapabilities
        {
            Arch = description.Arch,
            Os = description.Os,
            Cores = description.Cores,
            Memory = description.MemoryBytes,
            Slots = description.Slots,
            EngineFingerprint = description.EngineFingerprint,
            Version = description.Version,
            Network = description.AllowsNetwork,
            Isolation = description.Isolation,
            Walls = { description.Walls.Select(wall => new Wall { Name = wall.Name, InForce = wall.InForce, Detail = wall.Detail }) },
        };
        foreach (var (key, value) in description.Labels)
            capabilities.Labels[key] = value;
        foreach (var (name, isWritable) in description.Exports)
            capabilities.Exports[name] = isWritable;
        return capabilities;
    }

    private static WorkerInfo.Types.Status Status(Sessions.WorkerNode node, Sessions.NodeHealth health) => health switch
    {
        Sessions.NodeHealth.Away => WorkerInfo.Types.Status.Away,
        Sessions.NodeHealth.Suspect => WorkerInfo.Types.Status.Suspect,
        Sessions.NodeHealth.Lost => WorkerInfo.Types.Status.Lost,
        _ => node.Draining ? WorkerInfo.Types.Status.Draining : WorkerInfo.Types.Status.Ready,
    };

    private static Contracts.V1.WorkerLoad Load(Domain.Workers.WorkerLoad load)
    {
        var wire = new Contracts.V1.WorkerLoad
        {
            CpuFraction = load.CpuFraction, MemoryUsed = load.MemoryUsedBytes, Running = load.Running, Slots = load.Slots,
        };
        if (load.Power is { } power)
        {
            wire.Power = new Power { Source = (Power.Types.Source)power.Source, Charging = power.IsCharging };
            if (power.BatteryPercent is { } percent)
                wire.Power.BatteryPercent = percent;
        }

        return wire;
    }
}
