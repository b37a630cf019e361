using System.Runtime.InteropServices;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Live;

/// <summary>A line of a job's log.</summary>
/// <param name="Attempt">Number of the attempt that wrote it.</param>
public sealed record LogLine(DateTimeOffset At, int Attempt, string Text);

/// <summary>
/// The lines of one job's log as they come, at most <see cref="MaxLines"/>: then the oldest give way. Written by one task and read by any thread.
/// </summary>
public sealed class LogTail
{
    public const int MaxLines = 200_000;

    private const int MaxLineBytes = 64 << 10;

    private readonly Lock _gate = new();
    private readonly List<LogLine> _lines = [];
    private readonly List<byte> _begun = [];
    private LogLine? _beginning;

    /// <summary>Grows with every change.</summary>
    public long Revision { get; private set; }

    /// <summary>Grows when what was there is gone: another job's log begins.</summary>
    public long Generation { get; private set; }

    /// <summary>Lines that gave way to later ones.</summary>
    public long Dropped { get; private set; }

    public string Job { get; private set; } = "";

    /// <summary>Whether nothing more will come.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Begins with another job.</summary>
    public void Begin(string job)
    {
        lock (_gate)
        {
            _lines.Clear();
            _begun.Clear();
            (_beginning, Dropped, Job, IsComplete) = (null, 0, job, false);
            Generation++;
            Revision++;
        }
    }

    public void Add(JobLogChunk piece)
    {
        lock (_gate)
        {
            foreach (var b in piece.Data.Span)
            {
                if (_begun.Count == 0)
                    _beginning = new LogLine(piece.At?.ToDateTimeOffset() ?? default, piece.Attempt, "");
                if (b == (byte)'\n')
                    EndLine_NeedsLock();
                else
                    _begun.Add(b);
                if (_begun.Count >= MaxLineBytes)
                    EndLine_NeedsLock();
            }

            Revision++;
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            if (_begun.Count > 0)
                EndLine_NeedsLock();
            IsComplete = true;
            Revision++;
        }
    }

    /// <summary>Lines from a number on, counted from the first that ever came, and the number that follows them.</summary>
    public (IReadOnlyList<LogLine> Lines, long Next, long Generation) From(long first)
    {
        lock (_gate)
        {
            var start = (int)Math.Clamp(first - Dropped, 0, _lines.Count);
            return (_lines.GetRange(start, _lines.Count - start), Dropped + _lines.Count, Generation);
        }
    }

    private void EndLine_NeedsLock()
    {
        var bytes = CollectionsMarshal.AsSpan(_begun);
        if (bytes.EndsWith("\r"u8))
            bytes = bytes[..^1];
        _lines.Add((_beginning ?? new LogLine(default, 0, "")) with { Text = LogText.Escape(bytes) });
        _begun.Clear();
        _beginning = null;
        if (_lines.Count > MaxLines)
        {
            var dropped = MaxLines / 10;
            _lines.RemoveRange(0, dropped);
            Dropped += dropped;
        }
    }
}
