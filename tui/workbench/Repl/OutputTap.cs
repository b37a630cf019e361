using System.Text;

namespace MiniLambda.Workbench.Repl;

/// <summary>A command's stdout: passed on to where it goes, if it goes anywhere, and kept for <c>$_</c> and <c>let</c> as long as it is not too long.</summary>
internal sealed class OutputTap(Stream? target) : Stream
{
    /// <summary>Bytes that are kept at most.</summary>
    public const int MaxKept = 1024 * 1024;

    private readonly MemoryStream _kept = new();
    private readonly Lock _lock = new();

    /// <summary>Whether there was more than is kept.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>What was written, without the line ends at its end, as a shell has it.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
                return Encoding.UTF8.GetString(_kept.GetBuffer().AsSpan(0, (int)_kept.Length)).TrimEnd('\n', '\r');
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        target?.Write(buffer);
        lock (_lock)
        {
            IsTooLong |= _kept.Length + buffer.Length > MaxKept;
            if (!IsTooLong)
                _kept.Write(buffer);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => target?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
