using System.Globalization;
using System.Runtime.Versioning;

namespace MiniLambda.Sandbox.Walls;

/// <summary>Limits that the kernel holds this process to, with the hard limit set too: it cannot raise them again.</summary>
[SupportedOSPlatform("linux")]
internal static class ResourceLimits
{
    private const int FileBytes = 1; // RLIMIT_FSIZE
    private const int DataBytes = 2; // RLIMIT_DATA
    private const int CoreBytes = 4; // RLIMIT_CORE
    private const int Descriptors = 7; // RLIMIT_NOFILE
    private const int AddressSpace = 9; // RLIMIT_AS

    private const int SetDumpable = 4; // PR_SET_DUMPABLE
    private const int FileTooLargeSignal = 25; // SIGXFSZ
    private const nint Ignore = 1; // SIG_IGN

    // Reserved, not committed: pools of instances are several times 4 GiB for each place, and the runtime may reserve more.
    private const long RoomForReservations = 256L << 30;

    /// <summary>No dump of the process's memory, and no other process of this user may look into it or trace it.</summary>
    public static Wall NoCoreDumps()
    {
        var error = Lower(CoreBytes, 0);
        if (error is null && Libc.ProcessControl(SetDumpable, 0, 0, 0, 0) != 0)
            error = Libc.LastError();
        return error is null
            ? new Wall(WallNames.CoreDumps, InForce: true, "none, and no tracing by others")
            : new Wall(WallNames.CoreDumps, InForce: false, error);
    }

    /// <summary>
    /// What a process commits is bounded as private writable mappings (the kernel counts a page when it becomes writable). The address space
    /// itself can only be bounded far above that, since runtime and pools reserve hundreds of GiB that they never touch.
    /// </summary>
    public static Wall Memory(long bytes)
    {
        if (bytes <= 0)
            return NotAsked(WallNames.Memory);
        var status = ProcessStatus.OfProcess();
        var held = status.Bytes("VmData");
        if (Lower(DataBytes, held + bytes) is { } error)
            return new Wall(WallNames.Memory, InForce: false, error);
        var detail = $"{Mebibytes(held + bytes)} committed, of which the runtime held {Mebibytes(held)}";
        var reserved = status.Bytes("VmSize") + bytes + RoomForReservations;
        detail += Lower(AddressSpace, reserved) is { } refused ? $"; address space not bounded: {refused}" : $"; {reserved >> 30} GiB of addresses";
        return new Wall(WallNames.Memory, InForce: true, detail);
    }

    /// <summary>A write past the limit fails as one to a full disk does.</summary>
    public static Wall FileSize(long bytes)
    {
        if (bytes <= 0)
            return NotAsked(WallNames.FileSize);
        // Otherwise the first write past the limit would kill the host.
        if (Libc.Signal(FileTooLargeSignal, Ignore) == -1)
            return new Wall(WallNames.FileSize, InForce: false, Libc.LastError());
        return Lower(FileBytes, bytes) is { } error
            ? new Wall(WallNames.FileSize, InForce: false, error)
            : new Wall(WallNames.FileSize, InForce: true, $"{Mebibytes(bytes)} each");
    }

    public static Wall OpenFiles(int more)
    {
        if (more <= 0)
            return NotAsked(WallNames.OpenFiles);
        // The limit is one of numbers, and a new descriptor gets the lowest free one.
        var limit = InheritedDescriptors.Highest() + 1L + more;
        return Lower(Descriptors, limit) is { } error
            ? new Wall(WallNames.OpenFiles, InForce: false, error)
            : new Wall(WallNames.OpenFiles, InForce: true, $"{limit}, {more} beyond the runtime's");
    }

    private static Wall NotAsked(string name) => new(name, InForce: false, "no limit was asked for");

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");

    /// <returns>Null, or why it could not be done. A limit that is lower already stays.</returns>
    private static unsafe string? Lower(int resource, long wanted)
    {
        if (Libc.ResourceLimit(0, resource, null, out var limit) != 0)
            return Libc.LastError();
        var lower = new Libc.Limit { Soft = Math.Min(limit.Soft, (ulong)wanted), Hard = Math.Min(limit.Hard, (ulong)wanted) };
        return Libc.ResourceLimit(0, resource, &lower, out _) == 0 ? null : Libc.LastError();
    }
}
