namespace MiniLambda.Domain.Workers;

/// <summary>What a worker says of itself when it dials in.</summary>
/// <param name="Name">Unique among connected workers.</param>
/// <param name="Instance">Made anew each time the worker process starts.</param>
/// <param name="Arch">CPU architecture as in a target triple: <c>x86_64</c>, <c>aarch64</c>.</param>
/// <param name="Os"><c>linux</c>, <c>macos</c>, <c>windows</c>.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="MemoryBytes">Physical memory.</param>
/// <param name="Slots">Jobs it runs at once, at least 1.</param>
/// <param name="Labels">What placement can ask for.</param>
/// <param name="EngineFingerprint">Names the engine that artifacts are compiled for.</param>
/// <param name="Version">The worker's MiniLambda version.</param>
public sealed record WorkerDescription(
    string Name, Guid Instance, string Arch, string Os, int Cores, long MemoryBytes, int Slots,
    IReadOnlyDictionary<string, string> Labels, string EngineFingerprint, string Version)
{
    /// <summary>Folders that its owner exports to functions, by name; true where they may write.</summary>
    public IReadOnlyDictionary<string, bool> Exports { get; init; } = new Dictionary<string, bool>();

    /// <summary>Whether its owner lets functions use the network.</summary>
    public bool AllowsNetwork { get; init; }

    /// <summary>What stands between functions and the worker, beside the engine: <c>process</c> or <c>thread</c>.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Why it takes no new leases as it dials in; empty when it takes them. Its load says later.</summary>
    public string Paused { get; init; } = "";

    /// <summary>What it speaks.</summary>
    public ProtocolVersion Protocol { get; init; } = ProtocolVersion.Current;

    /// <summary>Whether nobody on the way can read what it is sent: TLS, or a connection within this machine. The orchestrator sees that itself.</summary>
    public bool IsConfidential { get; init; } = true;

    /// <summary>What its owner lets it run.</summary>
    public OwnerPins Pins { get; init; } = OwnerPins.None;

    /// <summary>Bytes that the memory limits of all its guests may come to; null without such a limit.</summary>
    public long? GuestMemoryBytes { get; init; }

    /// <summary>What its sandbox hosts have dropped, and could not drop.</summary>
    public IReadOnlyList<WorkerWall> Walls { get; init; } = [];
}

/// <summary>One wall around the functions of a worker.</summary>
/// <param name="Name">Such as <c>seccomp</c>.</param>
/// <param name="Detail">One line for people.</param>
public sealed record WorkerWall(string Name, bool InForce, string Detail);
