using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>Stopping, so that the shell takes over until it goes on with this program (POSIX, XCU 2.11).</summary>
internal static partial class ShellJob
{
    private static readonly (int Stop, int TerminalStop) Signals = OperatingSystem.IsLinux() ? (19, 20) : (17, 18); // SIGSTOP, SIGTSTP

    /// <summary>
    /// Asks to be stopped, as after Ctrl-Z, with all that belongs to the same job of the shell. It happens soon, not at once, and not where no shell could go
    /// on with it.
    /// </summary>
    public static void Stop() => _ = SendSignal(0, Signals.TerminalStop);

    /// <summary>Stops this process, whose terminal has told the rest of the job already.</summary>
    public static void StopProcess() => _ = SendSignal(Environment.ProcessId, Signals.Stop);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
