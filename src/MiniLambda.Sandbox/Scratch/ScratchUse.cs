using System.IO.Enumeration;

namespace MiniLambda.Sandbox.Scratch;

/// <summary>What lies in a scratch folder.</summary>
/// <param name="Bytes">Of all files; links and folders have none.</param>
/// <param name="Entries">Files, folders and links.</param>
/// <param name="IsTooDeep">Folders are nested so deep that what is in the innermost cannot be named, nor measured.</param>
internal readonly record struct ScratchUse(long Bytes, int Entries, bool IsTooDeep)
{
    /// <summary>UTF-16 units of a path: in bytes it stays below the system's 4096, with a name to come.</summary>
    private const int MaxPath = 1200;

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <exception cref="IOException">It changed while it was measured.</exception>
    public static ScratchUse Of(string folder)
    {
        var (bytes, entries, isTooDeep) = (0L, 0, false);
        foreach (var length in new FileSystemEnumerable<long>(folder, Length, Everything) { ShouldRecursePredicate = IsEntered })
        {
            entries++;
            bytes += length;
        }

        return new ScratchUse(bytes, entries, isTooDeep);

        // A link can lead anywhere, also in a circle.
        bool IsEntered(ref FileSystemEntry entry)
        {
            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                return false;
            var isEntered = entry.Directory.Length - folder.Length + entry.FileName.Length < MaxPath;
            isTooDeep |= !isEntered;
            return isEntered;
        }
    }

    private static long Length(ref FileSystemEntry entry) =>
        entry.IsDirectory || entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? 0 : entry.Length;
}
