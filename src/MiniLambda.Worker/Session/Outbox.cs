using System.Threading.Channels;
using Google.Protobuf;
using MiniLambda.Contracts.V1;
using MiniLambda.Worker.Execution;
using MiniLambda.Worker.Spool;

namespace MiniLambda.Worker.Session;

/// <summary>
/// What the orchestrator is to be told. Endings are kept until they are acknowledged, pieces of log until a heartbeat sent after them was answered
/// (the orchestrator answers once everything before it is stored); both are sent again on a new stream. While there is none, endings are spooled to
/// disk, so that they outlive this process.
/// </summary>
internal sealed class Outbox(AttemptTable attempts, SpoolWriter spool, SleepWatch sleep)
{
    /// <summary>Messages of an open stream that may wait to be written.</summary>
    private const int MaxUnsent = 8192;

    /// <summary>Log that may be under way, in bytes; a guest that writes more waits.</summary>
    private const int MaxLogBytes = 8 << 20;

    /// <summary>How long a guest waits for room when nobody takes its log, before pieces are cut.</summary>
    private static readonly TimeSpan MaxLogWait = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<(long Number, WorkerMessage Message)> _logs = new();
    private readonly Queue<long> _marks = new();
    private Channel<WorkerMessage>? _stream;
    private long _logNumber;
    private long _logBytes;

    /// <summary>Starts a new stream: what was not confirmed on the last one is sent first.</summary>
    public ChannelReader<WorkerMessage> Open()
    {
        lock (_gate)
        {
            var stream = Channel.CreateBounded<WorkerMessage>(
                new BoundedChannelOptions(MaxUnsent + _logs.Count) { SingleReader = true, AllowSynchronousContinuations = true });
            _marks.Clear();
            foreach (var (_, message) in _logs)
                stream.Writer.TryWrite(message);
            foreach (var ending in attempts.All.Select(a => a.Ending).OfType<WorkerMessage>())
                stream.Writer.TryWrite(ending);
            _stream = stream;
            return stream.Reader;
        }
    }

    /// <summary>The stream is over; what comes from now on waits for the next.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _stream?.Writer.TryComplete();
            _stream = null;
            foreach (var attempt in attempts.All)
            {
                if (attempt.Ending is { } ending)
                    Spool_NeedsLock(attempt, ending);
            }
        }
    }

    /// <summary>Sends what is only of use now; false when no stream is open.</summary>
    public bool TrySend(WorkerMessage message)
    {
        lock (_gate)
            return Write_NeedsLock(message);
    }

    /// <summary>Tells the end of an attempt, now or on the next stream.</summary>
    public void SendEnding(HeldAttempt attempt, WorkerMessage ending)
    {
        lock (_gate)
        {
            attempt.Ending = ending;
            if (!Write_NeedsLock(ending))
                Spool_NeedsLock(attempt, ending);
        }
    }

    /// <summary>An attempt's end was decided on, or is of no use any more: it is forgotten.</summary>
    public void Settle(HeldAttempt attempt)
    {
        attempts.Remove(attempt);
        spool.Drop(attempt);
    }

    /// <summary>Sends a piece of a guest's stderr. Called on the guest's thread, which waits while too much is under way.</summary>
    public void SendLog(HeldAttempt attempt, long offset, byte[] data)
    {
        var message = new WorkerMessage
        {
            Log = new AttemptLog { JobId = attempt.Id.Value, Attempt = attempt.Number, Offset = offset, Data = UnsafeByteOperations.UnsafeWrap(data) },
        };
        lock (_gate)
        {
            while (_logBytes + data.Length > MaxLogBytes)
            {
                if (attempt.LogsCut || !Monitor.Wait(_gate, MaxLogWait))
                {
                    attempt.LogsCut = true;
                    return;
                }
            }

            _logBytes += data.Length;
            _logs.Enqueue((++_logNumber, message));
            Write_NeedsLock(message);
            if (_logBytes > MaxLogBytes / 2 && _marks.Count == 0)
                SendHeartbeat_NeedsLock(new Heartbeat());
        }
    }

    /// <summary>Sends a heartbeat, whose answer will confirm all log before it; false when no stream is open.</summary>
    public bool SendHeartbeat(Heartbeat heartbeat)
    {
        lock (_gate)
            return SendHeartbeat_NeedsLock(heartbeat);
    }

    /// <summary>A heartbeat was answered.</summary>
    public void ConfirmHeartbeat()
    {
        lock (_gate)
        {
            if (!_marks.TryDequeue(out var mark))
                return;
            while (_logs.TryPeek(out var log) && log.Number <= mark)
            {
                _logBytes -= log.Message.Log.Data.Length;
                _logs.Dequeue();
            }

            Monitor.PulseAll(_gate);
        }
    }

    private void Spool_NeedsLock(HeldAttempt attempt, WorkerMessage ending)
    {
        if (!attempt.MayBeSpooled)
            spool.Keep(attempt, ending, _logs.Any(log => log.Message.Log.JobId == attempt.Id.Value && log.Message.Log.Attempt == attempt.Number));
    }

    private bool SendHeartbeat_NeedsLock(Heartbeat heartbeat)
    {
        if (!Write_NeedsLock(new WorkerMessage { Heartbeat = heartbeat }))
            return false;
        _marks.Enqueue(_logNumber);
        return true;
    }

    private bool Write_NeedsLock(WorkerMessage message)
    {
        if (_stream is null)
            return false;
        if (sleep.Look() is not null)
        {
            // It may not hold any more what it held when it fell asleep: the next session begins by asking.
            _stream.Writer.TryComplete();
            _stream = null;
            return false;
        }

        if (_stream.Writer.TryWrite(message))
            return true;
        // The orchestrator does not read. Cutting the stream loses nothing: what counts is kept and sent again.
        _stream.Writer.TryComplete();
        _stream = null;
        return false;
    }
}
