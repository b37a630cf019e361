using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Text;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Reads what a worker sends into the domain's words.</summary>
internal static class WorkerMapping
{
    /// <summary>UTF-16 units of a report's line for people.</summary>
    private const int MaxMessage = 4096;

    private const long MaxSeconds = 365L * 24 * 3600;

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
            Protocol = Version(hello.Protocol),
            Paused = Paused(hello.Paused),
            Pins = Pins(capabilities.Pins),
            GuestMemoryBytes = capabilities.GuestMemory > 0 ? capabilities.GuestMemory : null,
            Walls = [.. capabilities.Walls.Select(wall => new WorkerWall(wall.Name, wall.InForce, wall.Detail))],
        };
    }

    public static AttemptReport Report(AttemptCompleted completed) => new()
    {
        Outcome = Enum.IsDefined((AttemptOutcome)completed.Outcome) ? (AttemptOutcome)completed.Outcome : AttemptOutcome.WorkerFailed,
        ExitCode = completed.HasExitCode ? completed.ExitCode : null,
        Message = Printable.Line(completed.Message, MaxMessage),
        Stdout = BlobDigest.TryParse(completed.ResultDigest, out var digest)
            ? Payload.OfBlob(digest, completed.ResultSize)
            : Payload.OfBytes(completed.Result.Memory),
        LogsTruncated = completed.LogsTruncated,
        Crashed = completed.Outcome == Attempt.Types.Outcome.HostDied,
        Usage = completed.Usage is { } usage
            ? new AttemptUsage
            {
                Fetch = Span(usage.Fetch),
                Compile = Span(usage.Compile),
                Start = Span(usage.Start),
                Run = Span(usage.Run),
                Cpu = Span(usage.Cpu),
                Fuel = Math.Max(usage.Fuel, 0),
                PeakMemoryBytes = Math.Max(usage.PeakMemory, 0),
                Artifact = Enum.IsDefined((ArtifactSource)usage.Artifact) ? (ArtifactSource)usage.Artifact : ArtifactSource.None,
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
            : null) with
    {
        Paused = Paused(load.Paused),
    };

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
        var pins = description.Pins;
        if (!pins.IsEmpty)
        {
            capabilities.Pins = new Contracts.V1.OwnerPins
            {
                Functions = { pins.Functions },
                Tenants = { pins.Tenants },
                RequireSignature = { pins.RequireSignature },
                Signers = { pins.Signers },
            };
        }

        capabilities.GuestMemory = description.GuestMemoryBytes ?? 0;
        foreach (var (key, value) in description.Labels)
            capabilities.Labels[key] = value;
        foreach (var (name, isWritable) in description.Exports)
            capabilities.Exports[name] = isWritable;
        return capabilities;
    }

    private static string Paused(string told) => Printable.Line(told, Printable.MaxLength);

    private static Domain.Workers.OwnerPins Pins(Contracts.V1.OwnerPins? told) => told is null
        ? Domain.Workers.OwnerPins.None
        : new Domain.Workers.OwnerPins
        {
            Functions = [.. told.Functions],
            Tenants = [.. told.Tenants],
            RequireSignature = [.. told.RequireSignature],
            Signers = [.. told.Signers],
        };

    // Zero for what no attempt takes.
    private static TimeSpan Span(Google.Protobuf.WellKnownTypes.Duration? told) =>
        told is { Seconds: >= 0 and < MaxSeconds, Nanos: >= 0 and < 1_000_000_000 } ? told.ToTimeSpan() : TimeSpan.Zero;

    private static WorkerInfo.Types.Status Status(Sessions.WorkerNode node, Sessions.NodeHealth health) => health switch
    {
        Sessions.NodeHealth.Away => WorkerInfo.Types.Status.Away,
        Sessions.NodeHealth.Suspect => WorkerInfo.Types.Status.Suspect,
        Sessions.NodeHealth.Lost => WorkerInfo.Types.Status.Lost,
        _ when node is { IsPaused: true, Drain: null, IsStopping: false } => WorkerInfo.Types.Status.Paused,
        _ => node.Draining ? WorkerInfo.Types.Status.Draining : WorkerInfo.Types.Status.Ready,
    };

    private static Contracts.V1.WorkerLoad Load(Domain.Workers.WorkerLoad load)
    {
        var wire = new Contracts.V1.WorkerLoad
        {
            CpuFraction = load.CpuFraction,
            MemoryUsed = load.MemoryUsedBytes,
            Running = load.Running,
            Slots = load.Slots,
            Paused = load.Paused ?? "",
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
