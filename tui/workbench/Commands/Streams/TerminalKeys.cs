using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>
/// Keys as they are pressed, and not shown, until this is disposed. Ctrl-C and Ctrl-Z stay what they are. Waits in steps, so that no key is taken from
/// what reads the terminal afterwards.
/// </summary>
public sealed partial class TerminalKeys : IDisposable
{
    private const int StandardInput = 0;
    private const int Now = 0; // TCSANOW
    private const int StepMilliseconds = 100;
    private const short Readable = 1; // POLLIN

    // Where struct termios keeps its local modes, and ICANON | ECHO of them: <asm-generic/termbits.h>, and <sys/termios.h> of macOS.
    private static readonly (int Offset, ushort LinesAndEcho) LocalModes = OperatingSystem.IsLinux() ? (12, (ushort)0x000a) : (24, (ushort)0x0108);

    private readonly Action<char> _pressed;
    private readonly Termios _before;
    private readonly Thread _reading;
    private volatile bool _isOver;

    private TerminalKeys(Termios before, Action<char> pressed)
    {
        (_before, _pressed) = (before, pressed);
        Resume();
        _reading = new Thread(Read) { IsBackground = true, Name = "keys" };
        _reading.Start();
    }

    /// <summary>Tells of each key; null where stdin is no terminal.</summary>
    public static TerminalKeys? Watch(Action<char> pressed) =>
        !OperatingSystem.IsWindows() && GetAttributes(StandardInput, out var before) == 0 ? new TerminalKeys(before, pressed) : null;

    /// <summary>Gives the terminal back as it was, for a while.</summary>
    public void Suspend() => _ = SetAttributes(StandardInput, Now, _before);

    public void Resume()
    {
        var modes = _before;
        modes[LocalModes.Offset] &= (byte)~LocalModes.LinesAndEcho;
        modes[LocalModes.Offset + 1] &= (byte)~(LocalModes.LinesAndEcho >> 8);
        _ = SetAttributes(StandardInput, Now, modes);
    }

    public void Dispose()
    {
        _isOver = true;
        _reading.Join();
        Suspend();
    }

    private void Read()
    {
        while (!_isOver)
        {
            var entry = new PollEntry { Descriptor = StandardInput, Wanted = Readable };
            var ready = Poll(ref entry, 1, StepMilliseconds);
            // A signal interrupts the wait (EINTR); a terminal that has gone is told as ready, and then as at its end.
            if (ready <= 0 || _isOver)
                continue;
            if (Read(StandardInput, out var key, 1) != 1)
                return;
            _pressed((char)key);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, out Termios attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, in Termios attributes);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, out byte target, nuint count);

    /// <summary><c>struct termios</c>: larger than any system's.</summary>
    [System.Runtime.CompilerServices.InlineArray(128)]
    private struct Termios
    {
        private byte _first;
    }

    /// <summary><c>struct pollfd</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
