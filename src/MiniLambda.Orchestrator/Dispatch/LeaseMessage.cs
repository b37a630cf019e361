using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Orchestrator.Dispatch;

/// <summary>Writes a lease as the worker reads it.</summary>
internal static class LeaseMessage
{
    public static OrchestratorMessage Create(LeasedJob leased, FunctionVersion function, FunctionManifest manifest)
    {
        var job = leased.Job;
        var lease = new Lease
        {
            JobId = job.Id.Value,
            Attempt = job.Status.Attempt,
            Function = job.Function.Value,
            Version = job.Version,
            ModuleDigest = function.Module.Hex,
            ModuleSize = function.ModuleSize,
            Spec = Spec(manifest),
            Input = leased.Input.Blob.IsEmpty ? UnsafeByteOperations.UnsafeWrap(leased.Input.Inline) : ByteString.Empty,
            InputDigest = leased.Input.Blob.Hex,
            InputSize = leased.Input.Size,
        };
        return new OrchestratorMessage { Lease = lease };
    }

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
