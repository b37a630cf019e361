using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Worker.Traces;

namespace MiniLambda.Worker.Execution;

/// <summary>One attempt that this worker holds: from its lease until the orchestrator has acknowledged its end.</summary>
internal sealed class HeldAttempt : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private int _stage = (int)AttemptStage.Waiting;

    public HeldAttempt(Lease lease)
    {
        Lease = lease;
        Id = JobId.Parse(lease.JobId);
        Cancelled = _cancelled.Token;
        Trace = AttemptTrace.Begin(lease);
    }

    /// <summary>An attempt that an earlier process of this worker brought to its end.</summary>
    public static HeldAttempt Restore(JobId id, int attempt) =>
        new(new Lease { JobId = id.Value, Attempt = attempt }) { _stage = (int)AttemptStage.Ended, MayBeSpooled = true };

    public Lease Lease { get; }

    public JobId Id { get; }

    /// <summary>Its spans; null unless the job's trace is kept.</summary>
    public AttemptTrace? Trace { get; }

    public int Number => Lease.Attempt;

    /// <summary>Ends when the guest is to be stopped.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>The orchestrator takes no interest in the outcome any more.</summary>
    public bool Abandoned { get; private set; }

    /// <summary>A stop of the worker ended the guest: the attempt is handed back instead of reported.</summary>
    public bool Interrupted { get; private set; }

    /// <summary>Pieces of its log were lost, because nobody took them in time.</summary>
    public bool LogsCut { get; set; }

    /// <summary>Its end may be on disk.</summary>
    public bool MayBeSpooled { get; set; }

    /// <summary>What the orchestrator is to be told of the end; null while there is none.</summary>
    public WorkerMessage? Ending { get; set; }

    public AttemptStage Stage => (AttemptStage)Volatile.Read(ref _stage);

    /// <summary>Goes from one stage to another; false when it is not in the first (any more). Of two who try, one wins.</summary>
    public bool TryMove(AttemptStage from, AttemptStage to)
    {
        if (Interlocked.CompareExchange(ref _stage, (int)to, (int)from) != (int)from)
            return false;
        // Nobody needs them any more, while the end may wait here for long.
        if (to == AttemptStage.Ended && Lease.Secrets.Count > 0)
            Lease.Secrets.Clear();
        return true;
    }

    /// <summary>Stops the guest.</summary>
    public void Cancel()
    {
        try
        {
            _cancelled.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at the same moment.
        }
    }

    /// <summary>Stops the guest, and nothing of it is reported.</summary>
    public void Abandon()
    {
        Abandoned = true;
        Cancel();
    }

    /// <summary>Stops the guest so that another worker may run the job.</summary>
    public void Interrupt()
    {
        Interrupted = true;
        Cancel();
    }

    public void Dispose() => _cancelled.Dispose();
}

/// <summary>How far an attempt has come.</summary>
internal enum AttemptStage
{
    /// <summary>Its module or a slot is waited for.</summary>
    Waiting,

    /// <summary>It has a slot.</summary>
    Running,

    /// <summary>It ended; its end may still have to be delivered.</summary>
    Ended,
}
