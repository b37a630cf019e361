using System.Reflection;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;
using MiniLambda.Worker.Execution;
using MiniLambda.Worker.Machine;

namespace MiniLambda.Worker.Session;

/// <summary>What this worker tells of itself.</summary>
internal sealed class SelfDescription(WorkerOptions options, SandboxEngine sandbox, AttemptTable attempts)
{
    private readonly Guid _instance = Guid.NewGuid();
    private readonly LoadMeter _load = new();
    private readonly PowerSupply _power = new();

    /// <summary>How busy this machine is since the last call. One at a time may call.</summary>
    public WorkerLoad ReadLoad()
    {
        var (cpu, memory) = _load.Read();
        return new WorkerLoad
        {
            CpuFraction = cpu,
            MemoryUsed = memory,
            Running = attempts.All.Count(static attempt => attempt.Stage == AttemptStage.Running),
            Slots = options.Slots,
            Power = _power.Read(),
        };
    }

    /// <summary>Who this worker is, what it can do and what it holds now.</summary>
    public WorkerHello Hello()
    {
        var hello = new WorkerHello
        {
            Name = options.Name,
            Instance = _instance.ToString(),
            Protocol = new ProtocolVersion { Major = Domain.Workers.ProtocolVersion.Current.Major, Minor = Domain.Workers.ProtocolVersion.Current.Minor },
            Capabilities = new WorkerCapabilities
            {
                Arch = MachineFacts.Arch,
                Os = MachineFacts.Os,
                Cores = Environment.ProcessorCount,
                Memory = MachineFacts.MemoryBytes,
                Slots = options.Slots,
                EngineFingerprint = sandbox.Fingerprint,
                Version = typeof(SelfDescription).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            },
        };
        hello.Capabilities.Isolation = options.Isolation.ToString().ToLowerInvariant();
        hello.Capabilities.Network = options.AllowNetwork;
        hello.Capabilities.Walls.Add(sandbox.Walls.Select(wall => new Wall { Name = wall.Name, InForce = wall.InForce, Detail = wall.Detail }));
        foreach (var (name, folder) in options.Mounts)
            hello.Capabilities.Exports[name] = ExportedFolder.Parse(folder).IsWritable;
        foreach (var (key, value) in options.Labels)
            hello.Capabilities.Labels[key] = value;
        hello.Held.Add(attempts.All.Where(a => !a.Abandoned).Select(a => new Contracts.V1.HeldLease { JobId = a.Id.Value, Attempt = a.Number }));
        return hello;
    }
}
