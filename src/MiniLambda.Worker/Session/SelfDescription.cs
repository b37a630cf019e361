using System.Reflection;
using MiniLambda.Contracts.V1;
using MiniLambda.Sandbox;
using MiniLambda.Worker.Execution;
using MiniLambda.Worker.Machine;
using MiniLambda.Worker.Owner;

namespace MiniLambda.Worker.Session;

/// <summary>What this worker tells of itself.</summary>
internal sealed class SelfDescription(WorkerOptions options, SandboxEngine sandbox, AttemptTable attempts, LeaseGuard guard, PauseWatch pause)
{
    private readonly Guid _instance = Guid.NewGuid();
    private readonly LoadMeter _load = new();
    private readonly PowerSupply _power = new();

    /// <summary>It said that it takes no new leases for now.</summary>
    public bool IsPaused => pause.Reason.Length > 0;

    /// <summary>How busy this machine is since the last call. One at a time may call.</summary>
    public WorkerLoad ReadLoad()
    {
        var (cpu, memory) = _load.Read();
        var load = new WorkerLoad { CpuFraction = cpu, MemoryUsed = memory, Running = CountRunning(), Slots = options.Slots, Power = _power.Read() };
        load.Paused = pause.Look(load.Power, load.Running);
        return load;
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
        hello.Paused = pause.Look(_power.Read(), CountRunning());
        if (!guard.Pins.IsEmpty)
        {
            hello.Capabilities.Pins = new OwnerPins
            {
                Functions = { guard.Pins.Functions },
                Tenants = { guard.Pins.Tenants },
                RequireSignature = { guard.Pins.RequireSignature },
                Signers = { guard.Pins.Signers },
            };
        }

        hello.Capabilities.GuestMemory = options.MaxMemoryBytes ?? 0;
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

    private int CountRunning() => attempts.All.Count(static attempt => attempt.Stage == AttemptStage.Running);
}
