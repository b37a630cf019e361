using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>
/// The modes of the terminal that stdin is (POSIX, XBD 11). Who reads keys takes it, and gives it back as it was found; at the process's end it is given back
/// in any case. When the process goes on after a stop, what is taken is set again, as somebody else, such as the shell, has had the terminal meanwhile.
/// </summary>
internal sealed partial class TerminalModes : IDisposable
{
    private const int StandardInput = 0;
    private const int Drain = 1; // TCSADRAIN, on Linux and macOS

    // Where struct termios keeps its local modes, and ICANON | ECHO of them: <asm-generic/termbits.h>, and <sys/termios.h> of macOS.
    private static readonly (int Offset, ushort LinesAndEcho) LocalModes = OperatingSystem.IsLinux() ? (12, (ushort)0x000a) : (24, (ushort)0x0108);

    private const byte Echo = 0x08; // ECHO, on Linux and macOS

    private readonly Lock _guard = new();
    private readonly PosixSignalRegistration _continued;
    private Termios _found;
    private Termios _taken;
    private bool _isTaken;

    [UnsupportedOSPlatform("windows")]
    private TerminalModes()
    {
        _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, Continue);
        AppDomain.CurrentDomain.ProcessExit += End;
    }

    private delegate void Change(ref Termios modes);

    /// <summary>The terminal's modes; null where stdin is no terminal, or none that can be set up.</summary>
    public static TerminalModes? Open() =>
        !OperatingSystem.IsWindows() && GetAttributes(StandardInput, out _) == 0 ? new TerminalModes() : null;

    /// <summary>Keys come as they are pressed, and are not shown. Ctrl-C and Ctrl-Z stay what they are.</summary>
    public void TakeKeys() => Take(static (ref Termios modes) =>
    {
        modes[LocalModes.Offset] &= (byte)~LocalModes.LinesAndEcho;
        modes[LocalModes.Offset + 1] &= (byte)~(LocalModes.LinesAndEcho >> 8);
    });

    /// <summary>Lines are typed as ever, and not shown.</summary>
    public void TakeHidden() => Take(static (ref Termios modes) => modes[LocalModes.Offset] &= unchecked((byte)~Echo));

    /// <summary>Every key comes as it is pressed, also Ctrl-C, and none is shown; what is written is shown as it is.</summary>
    public void TakeRaw() => Take(MakeRaw);

    /// <summary>Sets what was found.</summary>
    public void GiveBack()
    {
        lock (_guard)
        {
            if (_isTaken)
                _ = SetAttributes(StandardInput, Drain, _found);
            _isTaken = false;
        }
    }

    public void Dispose()
    {
        _continued.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= End;
        GiveBack();
    }

    private void Take(Change change)
    {
        lock (_guard)
        {
            // What a command before has left behind is where it begins.
            if (_isTaken || GetAttributes(StandardInput, out _found) != 0)
                return;
            _taken = _found;
            change(ref _taken);
            _isTaken = SetAttributes(StandardInput, Drain, _taken) == 0;
        }
    }

    private void Continue(PosixSignalContext context)
    {
        // After its own handling of this signal the runtime would set the modes of its start.
        context.Cancel = true;
        lock (_guard)
            _ = _isTaken ? SetAttributes(StandardInput, Drain, _taken) : 0;
    }

    private void End(object? sender, EventArgs e) => GiveBack();

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, out Termios attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, in Termios attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(ref Termios attributes);

    /// <summary><c>struct termios</c>: larger than any system's.</summary>
    [InlineArray(128)]
    private struct Termios
    {
        private byte _first;
    }
}
