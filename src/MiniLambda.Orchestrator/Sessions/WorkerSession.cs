using System.Threading.Channels;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Sessions;

/// <summary>One worker's open stream, as the orchestrator sends on it.</summary>
internal sealed class WorkerSession : IDisposable
{
    /// <summary>More than the largest credit (slots and what may queue for each) with its cancels: a worker that lets so much lie does not read.</summary>
    private const int MaxUnsent = 2 * WorkerNode.MaxSlots * (1 + LeaseCredit.MaxQueuedPerSlot);

    // Whoever sends writes to the stream too, unless somebody does already: handing that to another thread would take longer.
    private readonly Channel<OrchestratorMessage> _outbound = Channel.CreateBounded<OrchestratorMessage>(
        new BoundedChannelOptions(MaxUnsent) { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly CancellationTokenSource _aborted;
    private bool _hasLog;

    public WorkerSession(string workerName, Caller caller, CancellationToken callAborted)
    {
        WorkerName = workerName;
        Caller = caller;
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(callAborted);
        Aborted = _aborted.Token;
    }

    public string WorkerName { get; }

    /// <summary>As whom it dialled in.</summary>
    public Caller Caller { get; }

    /// <summary>Ends when the stream is broken, or cut by <see cref="Abort"/>.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>Why the stream ended.</summary>
    public string AbortReason { get; private set; } = "the stream broke";

    /// <summary>A piece of log came.</summary>
    public void NoteLog() => Volatile.Write(ref _hasLog, true);

    /// <summary>Whether a piece of log came since this was last asked.</summary>
    public bool TakeHasLog() => Interlocked.Exchange(ref _hasLog, false);

    /// <summary>Queues a message; false when the stream is over.</summary>
    public bool TrySend(OrchestratorMessage message)
    {
        if (Aborted.IsCancellationRequested)
            return false;
        if (_outbound.Writer.TryWrite(message))
            return true;
        Abort("it does not read what it is sent");
        return false;
    }

    /// <summary>Cuts the stream. The worker's leases stand until it comes back or they run out.</summary>
    public void Abort(string reason)
    {
        if (_aborted.IsCancellationRequested)
            return;
        AbortReason = reason;
        try
        {
            _aborted.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The stream ended by itself at the same moment.
        }
    }

    /// <summary>Sends what is queued until the stream is over.</summary>
    public async Task WriteAsync(IServerStreamWriter<OrchestratorMessage> stream)
    {
        await foreach (var message in _outbound.Reader.ReadAllAsync(Aborted))
            await stream.WriteAsync(message, Aborted);
    }

    public void Dispose()
    {
        _outbound.Writer.TryComplete();
        _aborted.Dispose();
    }
}
