using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>What is typed at the terminal that stdin is, without the console of the runtime, which would set the terminal up in its own way.</summary>
internal static unsafe partial class TerminalInput
{
    private const int StandardInput = 0;
    private const int Interrupted = 4; // EINTR
    private const short Readable = 1; // POLLIN

    /// <summary>Waits for something to be typed.</summary>
    /// <param name="milliseconds">How long; -1 for ever.</param>
    /// <returns>Whether reading would give something, if only the end: a terminal that has gone is at its end. A signal ends the wait too.</returns>
    public static bool Wait(int milliseconds)
    {
        var entry = new PollEntry { Descriptor = StandardInput, Wanted = Readable };
        return Poll(ref entry, 1, milliseconds) > 0;
    }

    /// <summary>Reads what was typed; 0 bytes at the end.</summary>
    public static int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = Read(StandardInput, start, (nuint)buffer.Length);
                if (read >= 0)
                    return (int)read;
                if (Marshal.GetLastPInvokeError() != Interrupted)
                    return 0;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    /// <summary><c>struct pollfd</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
