using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Screens;

/// <summary>The terminal that this process has as its stdin.</summary>
internal static partial class TerminalDevice
{
    /// <summary>Whether it still answers: one whose other end is closed does not (POSIX isatty, EIO).</summary>
    public static bool IsThere() => OperatingSystem.IsWindows() || IsTerminal(0) == 1;

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);
}
