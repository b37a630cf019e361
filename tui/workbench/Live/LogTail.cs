using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Live;

/// <summary>A piece of a job's log with the worker that sent it.</summary>
public sealed record TailPiece(string Worker, JobLogChunk Chunk);

/// <summary>
/// The log of one job on its way to the screen: a task adds pieces, and the screen takes what came since it took last. What nobody takes is bounded: the
/// oldest give way.
/// </summary>
public sealed class LogTail
{
    /// <summary>Bytes that wait for the screen at most.</summary>
    public const int MaxWaiting = 16 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<TailPiece> _waiting = [];
    private long _bytes;
    private bool _isNew;
    private bool _isEnded;

    /// <summary>Whose log it is; empty when it is none.</summary>
    public string Job { get; private set; } = "";

    /// <summary>Whether there is something to take.</summary>
    public bool HasNews
    {
        get
        {
            lock (_gate)
                return _isNew || _isEnded || _waiting.Count > 0;
        }
    }

    /// <summary>Begins with the log of a job, from its start.</summary>
    public void Begin(string job)
    {
        lock (_gate)
        {
            _waiting.Clear();
            (Job, _bytes, _isNew, _isEnded) = (job, 0, true, false);
        }
    }

    /// <summary>Begins with the same log anew, unless another has begun meanwhile.</summary>
    public void BeginAgain(string job)
    {
        lock (_gate)
        {
            if (Job == job)
                Begin(job);
        }
    }

    /// <summary>Adds a piece of a job's log; one that comes late, when another log has begun, is dropped.</summary>
    public void Add(string job, TailPiece piece)
    {
        lock (_gate)
        {
            if (Job != job)
                return;
            _waiting.Enqueue(piece);
            _bytes += piece.Chunk.Data.Length;
            while (_bytes > MaxWaiting)
                _bytes -= _waiting.Dequeue().Chunk.Data.Length;
        }
    }

    /// <summary>Nothing more comes of a job's log.</summary>
    public void End(string job)
    {
        lock (_gate)
            _isEnded |= Job == job;
    }

    /// <summary>What came since this was called last.</summary>
    /// <returns>Whether it begins anew, the pieces, and whether nothing more comes after them.</returns>
    public (bool IsNew, IReadOnlyList<TailPiece> Pieces, bool IsEnded) Take()
    {
        lock (_gate)
        {
            var taken = (_isNew, _waiting.ToArray(), _isEnded);
            _waiting.Clear();
            (_bytes, _isNew, _isEnded) = (0, false, false);
            return taken;
        }
    }
}
