using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox;

namespace MiniLambda.Worker.Execution;

/// <summary>A guest's stdin: bytes, or a file that is removed afterwards.</summary>
internal readonly record struct GuestInput(ReadOnlyMemory<byte> Bytes, string? Path)
{
    public void Discard()
    {
        if (Path is not null)
            File.Delete(Path);
    }
}

/// <summary>Reads a lease into what the sandbox runs.</summary>
internal static class ExecutionRequests
{
    public static ExecutionRequest Create(Lease lease, GuestInput input, string stdoutPath)
    {
        var spec = lease.Spec;
        var granted = spec.Grants ?? new Grants();
        return new ExecutionRequest
        {
            ProgramName = lease.Function,
            Entry = spec.Entry,
            Args = spec.Args,
            Env = spec.Env.AsReadOnly(),
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
        };
    }
}
