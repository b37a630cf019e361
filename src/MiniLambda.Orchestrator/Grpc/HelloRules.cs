using System.Text.RegularExpressions;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>What a worker may say of itself: nothing that it sends is trusted to be short, few or well-formed.</summary>
internal static partial class HelloRules
{
    /// <summary>Labels, and exported folders.</summary>
    public const int MaxPairs = 256;

    public const int MaxWalls = 64;

    public const int MaxPins = 256;

    /// <summary>UTF-16 units of one text.</summary>
    public const int MaxText = 512;

    /// <summary>All that it may hold and spool: its slots with what may queue for each, and what it could not deliver before it was restarted.</summary>
    public const int MaxHeld = 65_536;

    /// <summary>What is wrong with a hello, in one line; null when nothing is.</summary>
    public static string? Problem(WorkerHello hello)
    {
        var can = hello.Capabilities ?? new WorkerCapabilities();
        if (!WorkerName().IsMatch(hello.Name))
            return "a worker's name is 1 to 63 letters, digits, '.', '_' and '-'";
        if (!Guid.TryParse(hello.Instance, out var instance) || instance == Guid.Empty)
            return "a worker's instance is a UUID";
        if (can.Slots is < 1 or > WorkerNode.MaxSlots)
            return $"a worker has 1 to {WorkerNode.MaxSlots} slots";
        if (can.Cores < 0 || can.Memory < 0)
            return "a worker's cores and memory are not negative";
        if (can.Labels.Count > MaxPairs || can.Exports.Count > MaxPairs)
            return $"a worker has at most {MaxPairs} labels and {MaxPairs} exported folders";
        if (can.Walls.Count > MaxWalls)
            return $"a worker has at most {MaxWalls} walls";
        var pins = can.Pins ?? new OwnerPins();
        if (pins.Functions.Count + pins.Tenants.Count + pins.RequireSignature.Count + pins.Signers.Count > MaxPins)
            return $"a worker's owner names at most {MaxPins} functions, tenants and signers";
        if (hello.Held.Count > MaxHeld)
            return $"a worker holds at most {MaxHeld} attempts";
        return Texts(can).Any(static text => text.Length > MaxText) ? $"a worker's labels and other texts have at most {MaxText} characters each" : null;
    }

    public static bool IsName(string name) => WorkerName().IsMatch(name);

    private static IEnumerable<string> Texts(WorkerCapabilities can) =>
    [
        can.Arch, can.Os, can.EngineFingerprint, can.Version, can.Isolation, .. can.Labels.Keys, .. can.Labels.Values, .. can.Exports.Keys,
        .. can.Pins?.Functions ?? [], .. can.Pins?.Tenants ?? [], .. can.Pins?.RequireSignature ?? [], .. can.Pins?.Signers ?? [],
        .. can.Walls.SelectMany(static wall => (string[])[wall.Name, wall.Detail]),
    ];

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex WorkerName();
}
