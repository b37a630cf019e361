using System.Globalization;
using System.Runtime.Versioning;

namespace MiniLambda.Sandbox.Walls;

/// <summary>
/// Descriptors that came from the parent. Whatever survived the start of this program was not marked to be closed then, and the runtime marks
/// everything that it opens: so an unmarked descriptor above 2 was inherited.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class InheritedDescriptors
{
    private const int GetFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>Closes them.</summary>
    /// <param name="keep">Those that were handed over on purpose.</param>
    public static Wall Close(IReadOnlyList<int> keep)
    {
        var (open, closed, left) = (0, 0, 0);
        foreach (var descriptor in Open())
        {
            var flags = Libc.DescriptorFlags(descriptor, GetFlags, 0);
            if (flags < 0)
                continue; // The one through which the list was read.
            open++;
            if (descriptor <= 2 || (flags & CloseOnExec) != 0 || keep.Contains(descriptor))
                continue;
            // Objects of the kernel without a name outside lead nowhere, and closing what a native library made for itself would break it.
            if (!Target(descriptor).StartsWith("anon_inode:", StringComparison.Ordinal) && Libc.Close(descriptor) == 0)
                closed++;
            else
                left++;
        }

        var detail = $"{open - closed} open, {closed} inherited closed{(keep.Count > 0 ? $", {keep.Count} kept" : "")}";
        return left == 0
            ? new Wall(WallNames.Descriptors, InForce: true, detail)
            : new Wall(WallNames.Descriptors, InForce: false, $"{detail}, {left} of unknown origin");
    }

    /// <summary>The highest number in use.</summary>
    public static int Highest()
    {
        var highest = 0;
        foreach (var descriptor in Open())
            highest = Math.Max(highest, descriptor);
        return highest;
    }

    private static List<int> Open()
    {
        var open = new List<int>();
        foreach (var entry in Directory.GetFileSystemEntries("/proc/self/fd"))
            open.Add(int.Parse(Path.GetFileName(entry.AsSpan()), CultureInfo.InvariantCulture));
        return open;
    }

    private static string Target(int descriptor)
    {
        try
        {
            return new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
