using System.Runtime.InteropServices;

namespace MiniLambda.Sandbox.Engines;

/// <summary>The address space of this process, which a limit (<c>ulimit -v</c>) or a small machine may keep short.</summary>
internal static partial class AddressSpace
{
    private const int NoAccess = 0;
    private const int PrivateAnonymousNoReserve = 0x4022; // MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE on Linux

    /// <summary>Whether so many bytes could be reserved now. True where it cannot be tried.</summary>
    public static bool HasRoom(long bytes)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        var address = Map(0, (nuint)bytes, NoAccess, PrivateAnonymousNoReserve, -1, 0);
        if (address == -1)
            return false;
        _ = Unmap(address, (nuint)bytes);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
