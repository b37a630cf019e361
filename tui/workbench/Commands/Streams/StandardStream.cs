using System.Runtime.InteropServices;

namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>
/// One of the process's standard streams, as the system has it. The console's own streams take a reader that has gone for one that reads, and set the
/// terminal up as soon as they are asked for; and a file opened over the descriptor would write where it remembers to be, not at the end of what it is
/// appended to.
/// </summary>
internal sealed partial class StandardStream : Stream
{
    private const int None = -1;
    private const int StepMilliseconds = 100;
    private const int GetDescriptorFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    // The numbers of <errno.h>: the same on Linux and macOS, but for the last.
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35;

    private readonly int _descriptor;
    private readonly bool _isInput;

    private StandardStream(int descriptor)
    {
        _descriptor = descriptor;
        _isInput = descriptor == 0;
    }

    /// <summary>stdin; one at its end when the process was started without one.</summary>
    public static Stream Input() => IsMissing(0) ? Null : OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new StandardStream(0);

    /// <summary>stdout. Writing throws <see cref="ReaderGoneException"/> when nobody reads any more, and fails when the process was started without one.</summary>
    public static Stream Output() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(IsMissing(1) ? None : 1);

    /// <summary>stderr; when the process was started without one, nothing is told.</summary>
    public static Stream Error() => OperatingSystem.IsWindows() ? Console.OpenStandardError() : IsMissing(2) ? Null : new StandardStream(2);

    /// <summary>Whether the process was started without the stream, as <c>&lt;&amp;-</c> does.</summary>
    /// <remarks>
    /// The number is soon given to something that the runtime opens for itself. That is to be closed in new programs, which nothing can be that was
    /// there when this one began.
    /// </remarks>
    public static bool IsMissing(int descriptor) =>
        !OperatingSystem.IsWindows() && GetFlags(descriptor, GetDescriptorFlags) is var flags && (flags < 0 || (flags & CloseOnExec) != 0);

    public override bool CanRead => _isInput;

    public override bool CanWrite => !_isInput;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = Read(_descriptor, start, (nuint)buffer.Length);
                if (read >= 0)
                    return (int)read;
                Retry(PollEvents.In);
            }
        }
    }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (var written = 0; written < buffer.Length;)
            {
                var count = Write(_descriptor, start + written, (nuint)(buffer.Length - written));
                if (count < 0)
                    Retry(PollEvents.Out);
                else
                    written += (int)count;
            }
        }
    }

    /// <remarks>A read that waits for somebody to type something cannot be taken back; so it waits until there is something, and then reads.</remarks>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => ReadWhenReady(buffer.Span, cancellationToken), cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private int ReadWhenReady(Span<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = new PollEntry { Descriptor = _descriptor, Wanted = PollEvents.In };
            if (Poll(ref entry, 1, cancellationToken.CanBeCanceled ? StepMilliseconds : -1) > 0)
                return Read(buffer);
        }
    }

    /// <summary>Waits where the last call may be made again.</summary>
    /// <exception cref="IOException">It may not.</exception>
    private void Retry(PollEvents wanted)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error == Interrupted)
            return;
        if (error == BrokenPipe)
            throw new ReaderGoneException();
        if (error != WouldBlock)
            throw new IOException($"{(_isInput ? "stdin" : _descriptor == 2 ? "stderr" : "stdout")}: {Marshal.GetPInvokeErrorMessage(error)}");
        var entry = new PollEntry { Descriptor = _descriptor, Wanted = wanted };
        _ = Poll(ref entry, 1, -1);
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int GetFlags(int descriptor, int command);

    [Flags]
    private enum PollEvents : short
    {
        None = 0,
        In = 1,
        Out = 4,
    }

    /// <summary><c>struct pollfd</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public PollEvents Wanted;
        public PollEvents Found;
    }
}
