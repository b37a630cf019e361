namespace MiniLambda.Domain.Folders;

/// <summary>Tells a full disk from others that refuse.</summary>
public static class DiskSpace
{
    /// <summary>What an <see cref="IOException"/> bears then: ERROR_DISK_FULL of Windows, ENOSPC of Linux and macOS.</summary>
    private static readonly int NoSpace = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;

    /// <summary>Whether something failed since there was no space left.</summary>
    public static bool IsLackOf(Exception failure) => failure is IOException && failure.HResult == NoSpace;

    /// <summary>Such a failure, that another process met.</summary>
    public static IOException Lacking(string message) => new(message, NoSpace);
}
