using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>A terminal's size in characters.</summary>
public readonly partial record struct TerminalSize(int Columns, int Rows)
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ of <asm-generic/ioctls.h>

    /// <summary>Where nobody knows better.</summary>
    public static TerminalSize Usual => new(80, 24);

    /// <summary>The size of the terminal that stdout is, as it is now.</summary>
    public static TerminalSize OfOutput() => Of(StandardOutput);

    /// <summary>The size of the terminal that stderr is, as it is now.</summary>
    public static TerminalSize OfError() => Of(StandardError);

    // The console of the runtime sets the terminal up when it is asked; on Linux the kernel is asked instead.
    private static TerminalSize Of(int descriptor)
    {
        try
        {
            var size = OperatingSystem.IsLinux()
                ? Control(descriptor, GetWindowSize, out var window) == 0 ? new TerminalSize(window.Columns, window.Rows) : default
                : new TerminalSize(Console.WindowWidth, Console.WindowHeight);
            return size is { Columns: > 0, Rows: > 0 } ? size : Usual;
        }
        catch (IOException)
        {
            return Usual;
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, out WindowSize size);

    /// <summary><c>struct winsize</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
