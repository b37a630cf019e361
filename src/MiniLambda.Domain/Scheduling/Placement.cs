using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Domain.Scheduling;

/// <summary>Which worker may and should run a function; pure calculations.</summary>
public static class Placement
{
    /// <summary>Why this worker can never take the function, in words for people; null when it can.</summary>
    public static string? Refusal(FunctionManifest manifest, WorkerDescription worker)
    {
        var placement = manifest.Placement;
        if (placement.Arch.Count > 0 && !placement.Arch.Contains(worker.Arch))
            return $"architecture is {worker.Arch}, not {string.Join(" or ", placement.Arch)}";
        if (placement.Os.Count > 0 && !placement.Os.Contains(worker.Os))
            return $"operating system is {worker.Os}, not {string.Join(" or ", placement.Os)}";
        foreach (var (key, value) in placement.Labels)
        {
            if (!worker.Labels.TryGetValue(key, out var has))
                return $"has no label {key}={value}";
            if (has != value)
                return $"label {key} is {has}, not {value}";
        }

        if (manifest.Capabilities.Network && !worker.AllowsNetwork)
            return "does not let functions use the network";
        foreach (var mount in manifest.Capabilities.Mounts.Values)
        {
            if (!worker.Exports.TryGetValue(mount.Export, out var writable))
                return $"exports no folder '{mount.Export}'";
            if (!mount.ReadOnly && !writable)
                return $"exports folder '{mount.Export}' for reading only";
        }

        if (manifest.Secrets.Count > 0 && !worker.Protocol.Has(ProtocolVersion.Trust))
            return $"speaks protocol {worker.Protocol}, which knows no secrets: update it";
        if (manifest.MustBeSigned && !worker.Protocol.Has(ProtocolVersion.Trust))
            return $"speaks protocol {worker.Protocol}, which knows no signatures: update it";
        if (manifest.Secrets.Count > 0 && !worker.IsConfidential)
            return "is connected in plain text over a network: it is sent no secrets; serve over TLS";
        if (worker.Pins.Refusal(manifest.Name.Value, manifest.Tenant, manifest.Signers) is { } pinned)
            return pinned;
        if (worker.GuestMemoryBytes is { } guests && manifest.Limits.MemoryBytes > guests)
            return $"gives its functions {Quantities.ByteSize.Format(guests)} of memory, not {Quantities.ByteSize.Format(manifest.Limits.MemoryBytes)}";
        if (manifest.Slots > worker.Slots)
            return $"has {worker.Slots} slots, not {manifest.Slots}";
        if (manifest.Limits.MemoryBytes > worker.MemoryBytes)
            return $"has {Quantities.ByteSize.Format(worker.MemoryBytes)} of memory, not {Quantities.ByteSize.Format(manifest.Limits.MemoryBytes)}";
        return null;
    }

    /// <summary>The same text for jobs that the same workers refuse: all that <see cref="Refusal"/> looks at.</summary>
    /// <remarks>Owners pin functions and tenants, so each function has a key of its own.</remarks>
    public static string Key(FunctionManifest manifest) => Describe(manifest, manifest.Name.Value, manifest.Tenant, manifest.Signers);

    /// <summary>The same text for jobs that the same workers refuse while no owner pins anything: functions that ask for the same have one.</summary>
    public static string Needs(FunctionManifest manifest) => Describe(manifest, "", Lane.DefaultTenant, []);

    private static string Describe(FunctionManifest manifest, string function, string tenant, IReadOnlyList<string> signers)
    {
        var (placement, granted) = (manifest.Placement, manifest.Capabilities);
        var isPlain = placement.Arch.Count == 0 && placement.Os.Count == 0 && placement.Labels.Count == 0 && !granted.Network && granted.Mounts.Count == 0;
        if (isPlain && manifest.Secrets.Count == 0 && signers.Count == 0 && !manifest.MustBeSigned && tenant == Lane.DefaultTenant)
            return $"{manifest.Limits.MemoryBytes} {manifest.Slots} {function}";
        return string.Join('\0', [
            $"{manifest.Limits.MemoryBytes} {manifest.Slots} {function} {granted.Network} {placement.Arch.Count} {placement.Os.Count} {granted.Mounts.Count}",
            $"{tenant} {manifest.Secrets.Count > 0} {manifest.MustBeSigned} {signers.Count}",
            .. signers.Order(StringComparer.Ordinal),
            .. placement.Arch.Order(StringComparer.Ordinal),
            .. placement.Os.Order(StringComparer.Ordinal),
            .. granted.Mounts.Values.Select(static mount => $"{mount.Export}:{mount.ReadOnly}").Order(StringComparer.Ordinal),
            .. placement.Labels.OrderBy(static label => label.Key, StringComparer.Ordinal).SelectMany(static label => (string[])[label.Key, label.Value]),
        ]);
    }

    /// <summary>How well a worker that may run the function suits it now; higher is better. Only compared, never shown as such.</summary>
    /// <param name="freeSlots">At least 1.</param>
    /// <param name="hasModule">Whether the worker ran this module before, so that an artifact is likely there.</param>
    public static double Score(FunctionManifest manifest, WorkerDescription worker, WorkerLoad load, int freeSlots, bool hasModule)
    {
        var preferred = manifest.Placement.Prefer.Count(p => worker.Labels.TryGetValue(p.Key, out var has) && has == p.Value);
        return (4.0 * preferred) + (hasModule ? 1.0 : 0.0) + (2.0 * freeSlots / worker.Slots) - load.CpuFraction;
    }
}
