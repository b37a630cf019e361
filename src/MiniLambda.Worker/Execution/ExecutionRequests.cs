using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox;
using MiniLambda.Telemetry.Traces;

namespace MiniLambda.Worker.Execution;

/// <summary>A guest's stdin: bytes, or a file that is removed afterwards.</summary>
internal readonly record struct GuestInput(ReadOnlyMemory<byte> Bytes, string? Path)
{
    public void Discard()
    {
        if (Path is not null)
            TemporaryFile.Discard(Path);
    }
}

/// <summary>Reads a lease into what the sandbox runs.</summary>
internal sealed class ExecutionRequests(WorkerOptions options)
{
    private readonly Dictionary<string, ExportedFolder> _exports = options.Mounts.ToDictionary(mount => mount.Key, mount => ExportedFolder.Parse(mount.Value));

    /// <exception cref="InvalidOperationException">The lease needs what this worker does not offer (any more).</exception>
    /// <param name="trace">W3C <c>traceparent</c> that the guest finds in its environment; null when its trace is not kept.</param>
    public ExecutionRequest Create(Lease lease, GuestInput input, string stdoutPath, string? trace)
    {
        var spec = lease.Spec;
        var granted = spec.Grants ?? new Grants();
        if (granted.Network && !options.AllowNetwork)
            throw new InvalidOperationException("this worker does not let functions use the network");
        // What the manifest says stands.
        if (trace is not null)
            spec.Env.TryAdd(TraceParent.Variable, trace);
        return new ExecutionRequest
        {
            ProgramName = lease.Function,
            Entry = spec.Entry,
            Args = spec.Args,
            Env = lease.Secrets.Count == 0 ? spec.Env.AsReadOnly() : WithSecrets(spec.Env, lease.Secrets),
            Limits = new ExecutionLimits
            {
                MemoryBytes = spec.Memory,
                Timeout = spec.Timeout.ToTimeSpan(),
                Fuel = spec.Fuel,
                OutputBytes = spec.Output,
                LogBytes = spec.Logs,
            },
            Capabilities = new CapabilityGrants
            {
                Network = granted.Network,
                ScratchBytes = granted.HasScratch ? granted.Scratch : null,
                Clock = granted.Clock,
                Random = granted.Random,
            },
            Stdin = input.Bytes,
            StdinPath = input.Path,
            StdoutPath = stdoutPath,
            Directories = [.. granted.Mounts.Select(mount => Directory(mount.Key, mount.Value))],
        };
    }

    private static Dictionary<string, string> WithSecrets(IDictionary<string, string> env, IDictionary<string, string> secrets)
    {
        var all = new Dictionary<string, string>(env);
        foreach (var (variable, value) in secrets)
            all[variable] = value;
        return all;
    }

    private DirectoryGrant Directory(string guestPath, Mount mount)
    {
        if (!_exports.TryGetValue(mount.Export, out var folder) || (!mount.ReadOnly && !folder.IsWritable))
            throw new InvalidOperationException($"this worker does not export '{mount.Export}' as asked for");
        return new DirectoryGrant(folder.Path, guestPath, mount.ReadOnly);
    }
}
