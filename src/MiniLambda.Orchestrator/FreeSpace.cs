namespace MiniLambda.Orchestrator;

/// <summary>Room on a disk.</summary>
internal static class FreeSpace
{
    /// <summary>Bytes that may still be written to the file system of a folder.</summary>
    /// <exception cref="IOException">Nobody knows.</exception>
    public static long Of(string folder) => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
}
