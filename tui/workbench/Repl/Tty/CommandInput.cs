using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Repl.Tty;

/// <summary>
/// What is typed, as a command's stdin. A command that has ended may have left a thread behind that still reads: what is typed after it is for the
/// prompt.
/// </summary>
internal sealed class CommandInput : Stream
{
    private const int LookEvery = 50; // ms

    private readonly Lock _lock = new();
    private bool _isOver;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The command has ended: whoever still reads is at the end.</summary>
    public void End()
    {
        lock (_lock)
            _isOver = true;
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var isTyped = TerminalInput.Wait(LookEvery);
            lock (_lock)
            {
                if (_isOver)
                    return 0;
                if (isTyped)
                    return TerminalInput.Read(buffer);
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
