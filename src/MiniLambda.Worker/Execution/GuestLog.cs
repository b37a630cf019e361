using System.Buffers;
using MiniLambda.Sandbox;

namespace MiniLambda.Worker.Execution;

/// <summary>
/// Where a guest's log goes: in pieces to whoever sends logs. Called on the guest's thread, except by the timer that sends a piece which was not filled.
/// </summary>
internal sealed class GuestLog(TimeProvider clock, Action started, Action<long, byte[]> send) : IGuestOutput, IDisposable
{
    /// <summary>Largest piece in one message, in bytes.</summary>
    private const int PieceBytes = 32 << 10;

    /// <summary>How long a piece may wait for more: short for a person who watches, long enough to gather what a loop prints.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte>? _piece;
    private ITimer? _timer;
    private long _offset;

    public void Started() => started();

    // stdout is gathered for the result.
    public void Stdout(ReadOnlySpan<byte> data)
    {
    }

    public void Stderr(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            lock (_gate)
            {
                _piece ??= new ArrayBufferWriter<byte>(1024);
                var taken = Math.Min(data.Length, PieceBytes - _piece.WrittenCount);
                if (_piece.WrittenCount == 0)
                {
                    _timer ??= clock.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    _timer.Change(Delay, Timeout.InfiniteTimeSpan);
                }

                _piece.Write(data[..taken]);
                data = data[taken..];
                if (_piece.WrittenCount == PieceBytes)
                    Flush_NeedsLock();
            }
        }
    }

    /// <summary>Sends what is left.</summary>
    public void Flush()
    {
        lock (_gate)
            Flush_NeedsLock();
    }

    public void Dispose() => _timer?.Dispose();

    private void Flush_NeedsLock()
    {
        if (_piece is null || _piece.WrittenCount == 0)
            return;
        send(_offset, _piece.WrittenSpan.ToArray());
        _offset += _piece.WrittenCount;
        _piece.ResetWrittenCount();
    }
}
