using System.Buffers;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox;

namespace MiniLambda.Worker.Execution;

/// <summary>
/// Where a guest's streams go: stdout into memory and, once it is large, into a file; stderr in pieces to whoever sends logs. Everything is called on
/// the guest's thread, except the timer that sends a piece of log that was not filled.
/// </summary>
internal sealed class GuestStreams(string temporaryFolder, TimeProvider clock, Action started, Action<long, byte[]> sendLog) : IGuestOutput, IDisposable
{
    /// <summary>Largest piece of log in one message, in bytes.</summary>
    private const int LogPieceBytes = 32 << 10;

    /// <summary>How long a piece of log may wait for more: short for a person who watches, long enough to gather what a loop prints.</summary>
    private static readonly TimeSpan LogDelay = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _stdout = new();
    private FileStream? _spill;
    private ArrayBufferWriter<byte>? _log;
    private ITimer? _timer;
    private long _logOffset;

    /// <summary>The file that holds stdout when it is over <see cref="Payload.MaxInlineBytes"/>; else null, and <see cref="Inline"/> has it all.</summary>
    public string? StdoutPath => _spill?.Name;

    public ReadOnlyMemory<byte> Inline => _stdout.WrittenMemory;

    public void Started() => started();

    public void Stdout(ReadOnlySpan<byte> data)
    {
        if (_spill is null && _stdout.WrittenCount + data.Length <= Payload.MaxInlineBytes)
        {
            _stdout.Write(data);
            return;
        }

        if (_spill is null)
        {
            _spill = new FileStream(Path.Combine(temporaryFolder, $"{Guid.NewGuid():N}.stdout"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
            _spill.Write(_stdout.WrittenSpan);
        }

        _spill.Write(data);
    }

    public void Stderr(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            lock (_gate)
            {
                _log ??= new ArrayBufferWriter<byte>(1024);
                var taken = Math.Min(data.Length, LogPieceBytes - _log.WrittenCount);
                if (_log.WrittenCount == 0)
                {
                    _timer ??= clock.CreateTimer(_ => FlushLog(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    _timer.Change(LogDelay, Timeout.InfiniteTimeSpan);
                }

                _log.Write(data[..taken]);
                data = data[taken..];
                if (_log.WrittenCount == LogPieceBytes)
                    FlushLog_NeedsLock();
            }
        }
    }

    /// <summary>The guest has ended: sends the rest of the log and closes the file.</summary>
    public void Complete()
    {
        FlushLog();
        _spill?.Flush();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        if (_spill is null)
            return;
        try
        {
            _spill.Dispose();
        }
        catch (IOException)
        {
            // A full disk had no room for the rest either; the attempt was told so.
        }

        File.Delete(_spill.Name);
    }

    private void FlushLog()
    {
        lock (_gate)
            FlushLog_NeedsLock();
    }

    private void FlushLog_NeedsLock()
    {
        if (_log is null || _log.WrittenCount == 0)
            return;
        sendLog(_logOffset, _log.WrittenSpan.ToArray());
        _logOffset += _log.WrittenCount;
        _log.ResetWrittenCount();
    }
}
