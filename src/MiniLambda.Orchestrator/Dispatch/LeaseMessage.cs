using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Secrets;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>Writes leases as the worker reads them.</summary>
internal static class LeaseMessage
{
    public static OrchestratorMessage Create(JobId id, int attempt, Payload input, FunctionVersion function, FunctionManifest manifest, string? trace) => new()
    {
        Lease = new Lease
        {
            JobId = id.Value,
            Attempt = attempt,
            Function = function.Name.Value,
            Version = function.Version,
            ModuleDigest = function.Module.Hex,
            ModuleSize = function.ModuleSize,
            Spec = Spec(manifest),
            Input = input.Blob.IsEmpty ? UnsafeByteOperations.UnsafeWrap(input.Inline) : ByteString.Empty,
            InputDigest = input.Blob.Hex,
            InputSize = input.Size,
            Slots = manifest.Slots,
            Traceparent = trace ?? "",
        },
    };

    /// <summary>Has a module compiled ahead of need.</summary>
    public static OrchestratorMessage Prefetch(FunctionVersion function) => new()
    {
        Prefetch = new PrefetchModule
        {
            ModuleDigest = function.Module.Hex,
            ModuleSize = function.ModuleSize,
            Metered = function.Manifest.Limits.Fuel > 0,
            Function = function.Name.Value,
            Tenant = function.Manifest.Tenant,
            Signatures = { function.Signatures.Select(LeaseTerms.Write) },
        },
    };

    /// <summary>Takes a lease back.</summary>
    public static OrchestratorMessage Cancel(JobId id, int attempt) => new() { Cancel = new CancelAttempt { JobId = id.Value, Attempt = attempt } };

    private static ExecutionSpec Spec(FunctionManifest manifest)
    {
        var limits = manifest.Limits;
        var granted = manifest.Capabilities;
        var spec = new ExecutionSpec
        {
            Entry = manifest.Entry,
            Memory = limits.MemoryBytes,
            Timeout = limits.Timeout.ToDuration(),
            Fuel = limits.Fuel,
            Output = limits.OutputBytes,
            Logs = limits.LogBytes,
            Grants = new Grants { Network = granted.Network, Clock = granted.Clock, Random = granted.Random },
        };
        spec.Args.Add(manifest.Args);
        foreach (var (key, value) in manifest.Env)
            spec.Env[key] = value;
        if (granted.ScratchBytes is { } scratch)
            spec.Grants.Scratch = scratch;
        foreach (var (path, mount) in granted.Mounts)
            spec.Grants.Mounts[path] = new Mount { Export = mount.Export, ReadOnly = mount.ReadOnly };
        return spec;
    }
}
