namespace MiniLambda.Domain.Workers;

/// <summary>The version of what worker and orchestrator say to each other. A minor version adds, a major one breaks.</summary>
public readonly record struct ProtocolVersion(int Major, int Minor)
{
    /// <summary>What this program speaks.</summary>
    public static ProtocolVersion Current { get; } = new(1, 2);

    /// <summary>From here on workers take secrets, and check signatures and their owners' pins.</summary>
    public static ProtocolVersion Trust { get; } = new(1, 2);

    /// <summary>Whether it has what came with another version.</summary>
    public bool Has(ProtocolVersion other) => Major == other.Major && Minor >= other.Minor;

    /// <summary>What those speak who do not say.</summary>
    public static ProtocolVersion Unsaid { get; } = new(1, 0);

    /// <summary>Whether an orchestrator of this version serves a worker of another: the same major version, and the same minor version or the one before.</summary>
    public bool Serves(ProtocolVersion worker) => worker.Major == Major && worker.Minor >= Minor - 1 && worker.Minor <= Minor;

    /// <summary>Why an orchestrator does not serve a worker, with what to do, in words for people; null when it does.</summary>
    public static string? Refusal(ProtocolVersion orchestrator, ProtocolVersion worker)
    {
        if (orchestrator.Serves(worker))
            return null;
        var isOlder = (worker.Major, worker.Minor).CompareTo((orchestrator.Major, orchestrator.Minor)) < 0;
        return $"the worker speaks protocol {worker}, the orchestrator {orchestrator}: "
            + (isOlder ? "update the worker" : "update the orchestrator before the worker");
    }

    /// <summary><c>1.1</c></summary>
    public override string ToString() => $"{Major}.{Minor}";
}
