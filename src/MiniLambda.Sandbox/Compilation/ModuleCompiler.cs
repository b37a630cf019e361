using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Folders;
using MiniLambda.Domain.Quantities;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Compilation;

/// <summary>
/// Compiles modules, each in a sandbox host of its own: a module made to exhaust the compiler costs that process, within its bounds of time and memory.
/// </summary>
internal sealed class ModuleCompiler(HostCommand command, CompileLimits limits, TimeProvider clock, ILogger logger)
{
    /// <summary>Priority of a compile that nobody waits for yet; as in nice(1).</summary>
    private const int BackgroundNiceness = 10;

    /// <summary>Writes a module's artifact to a file; returns what the module is and what compiling took, without the start of its process.</summary>
    /// <param name="background">Nobody waits for it yet.</param>
    /// <exception cref="BadModuleException">The module cannot be compiled, or not within the limits.</exception>
    /// <exception cref="IOException">The module cannot be read, the artifact cannot be written, or there is no host.</exception>
    public Task<(GuestShape Shape, TimeSpan Time)> CompileAsync(
        string modulePath, BlobDigest digest, bool metered, string outputPath, bool background, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Compile(new CompileOrder(modulePath, digest, metered, outputPath), background, cancellationToken), cancellationToken,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private (GuestShape Shape, TimeSpan Time) Compile(CompileOrder order, bool background, CancellationToken cancellationToken)
    {
        var size = new FileInfo(order.ModulePath).Length;
        if (size > limits.ModuleBytes)
            throw new BadModuleException($"the module has {size} bytes; at most {limits.ModuleBytes} are compiled");
        var spec = new HostSpec(
            new WallSpec { MemoryBytes = limits.MemoryBytes, FileBytes = limits.ArtifactBytes, OpenFiles = 128, Niceness = background ? BackgroundNiceness : 0 },
            LoadedModules: 0, HeapBytes: limits.MemoryBytes / 2, IsForGuests: false);
        using var host = HostProcess.Start(command, spec, logger);
        var isLate = false;
        using var deadline = new Timer(
            _ =>
            {
                Volatile.Write(ref isLate, true);
                host.Kill();
            },
            null, limits.Timeout, Timeout.InfiniteTimeSpan);
        using var cancelling = cancellationToken.UnsafeRegister(static host => ((HostProcess)host!).Kill(), host);
        var start = clock.GetTimestamp();
        switch (host.TrySend(FrameKind.Compile, HostMessages.Write(order)) ? host.Read() : null)
        {
            case (FrameKind.Compiled, var body):
                return (ReadShape(host, body), clock.GetElapsedTime(start));
            case (FrameKind.BadModule, var body):
                throw new BadModuleException(HostMessages.ReadText(body));
            case (FrameKind.Failed, var body):
                throw new IOException(HostMessages.ReadText(body));
            case (FrameKind.DiskFull, var body):
                throw DiskSpace.Lacking(HostMessages.ReadText(body));
            default:
                cancellationToken.ThrowIfCancellationRequested();
                throw new BadModuleException(Volatile.Read(ref isLate)
                    ? $"the module cannot be compiled within {DurationText.Format(limits.Timeout)}"
                    : $"the module cannot be compiled within {limits.MemoryBytes >> 20} MiB: the compiler's process died ({host.DescribeEnd()})");
        }
    }

    private static GuestShape ReadShape(HostProcess host, ReadOnlyMemory<byte> body)
    {
        try
        {
            return HostMessages.ReadShape(body);
        }
        catch (InvalidDataException e)
        {
            host.Reject(e.Message);
            throw new IOException($"the compiler's process failed: {host.DescribeEnd()}", e);
        }
    }
}

/// <summary>Within what a module is compiled.</summary>
public sealed record CompileLimits
{
    /// <summary>Wall-clock time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Address space of the compiler's process, in bytes; by default half of the machine's memory, from 2 GiB to 8 GiB.</summary>
    public long MemoryBytes { get; init; } = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, 2L << 30, 8L << 30);

    /// <summary>Largest module in bytes.</summary>
    public long ModuleBytes { get; init; } = 256L << 20;

    /// <summary>Largest artifact in bytes.</summary>
    public long ArtifactBytes { get; init; } = 1L << 30;
}
