using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Repl.Tty;

/// <summary>The process's terminal (POSIX, XBD 11). It is in raw mode while a line is edited, and as it was found while commands run and afterwards.</summary>
internal sealed unsafe partial class TtyDevice : IDisposable
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Drain = 1; // TCSADRAIN, on Linux and macOS
    private const int Interrupted = 4; // EINTR
    private const int Stop = 20; // SIGTSTP
    private const int StopOnBsd = 18;
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ on Linux

    // struct termios has 60 bytes with glibc, 72 on macOS; nothing in it is looked at here.
    private readonly byte[] _found = new byte[256];
    private readonly byte[] _raw = new byte[256];
    private readonly Lock _lock = new();
    private bool _isRaw;

    private TtyDevice() => AppDomain.CurrentDomain.ProcessExit += Restore;

    /// <summary>The terminal; null when there is none, or none that can be set up.</summary>
    public static TtyDevice? Open()
    {
        if (OperatingSystem.IsWindows())
            return null;
        var device = new TtyDevice();
        fixed (byte* found = device._found)
        {
            if (GetAttributes(Input, found) == 0)
                return device;
        }

        device.Dispose();
        return null;
    }

    /// <summary>Every key comes at once, as it is, and nothing is echoed.</summary>
    public void EnterRaw()
    {
        lock (_lock)
        {
            if (_isRaw)
                return;
            fixed (byte* raw = _raw)
            {
                // What a command has left behind is where it begins.
                if (GetAttributes(Input, raw) != 0)
                    return;
                _raw.CopyTo(_found, 0);
                MakeRaw(raw);
                _isRaw = SetAttributes(Input, Drain, raw) == 0;
            }
        }
    }

    /// <summary>Sets the terminal as it was before somebody else, such as a shell that goes on with this program, set it.</summary>
    public void Regain()
    {
        lock (_lock)
        {
            fixed (byte* raw = _raw)
                _ = _isRaw ? SetAttributes(Input, Drain, raw) : 0;
        }
    }

    public void LeaveRaw()
    {
        lock (_lock)
        {
            if (!_isRaw)
                return;
            _isRaw = false;
            fixed (byte* found = _found)
                _ = SetAttributes(Input, Drain, found);
        }
    }

    /// <summary>Waits for something to be typed.</summary>
    /// <param name="milliseconds">How long; -1 for ever.</param>
    /// <returns>Whether reading would give something, if only the end.</returns>
    public static bool Wait(int milliseconds)
    {
        var entry = new PollEntry { Descriptor = Input, Wanted = 1 };
        return Poll(ref entry, 1, milliseconds) > 0;
    }

    /// <summary>Reads what was typed; 0 bytes at the end.</summary>
    public static int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = Read(Input, start, (nuint)buffer.Length);
                if (read >= 0)
                    return (int)read;
                if (Marshal.GetLastPInvokeError() != Interrupted)
                    return 0;
            }
        }
    }

    /// <summary>Columns and rows; 80 × 24 when nobody knows.</summary>
    public static (int Columns, int Rows) Size()
    {
        var size = default(WindowSize);
        if (OperatingSystem.IsLinux())
            return Control(Output, GetWindowSize, ref size) == 0 && size is { Columns: > 0, Rows: > 0 } ? (size.Columns, size.Rows) : (80, 24);
        // Elsewhere the call takes its arguments another way.
        return Console.WindowWidth > 0 ? (Console.WindowWidth, Math.Max(Console.WindowHeight, 1)) : (80, 24);
    }

    /// <summary>Asks to be stopped, as after Ctrl-Z, with all that belongs to the same job of the shell. It happens soon, not at once.</summary>
    public static void Suspend() => _ = SendSignal(0, OperatingSystem.IsLinux() ? Stop : StopOnBsd);

    public void Dispose()
    {
        LeaveRaw();
        AppDomain.CurrentDomain.ProcessExit -= Restore;
    }

    private void Restore(object? sender, EventArgs e) => LeaveRaw();

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int descriptor, byte* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int descriptor, int when, byte* attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte* attributes);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, ref WindowSize size);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    /// <summary><c>struct pollfd</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

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
