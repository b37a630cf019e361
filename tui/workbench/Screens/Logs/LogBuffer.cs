using System.Buffers;
using System.Globalization;
using System.Text;
using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>
/// The lines of a log that comes in pieces, cut anywhere. It only grows at its end, except that an attempt's unfinished line becomes longer; what
/// exceeds its bounds goes at the beginning. Lines have numbers that never change. Not for several threads.
/// </summary>
/// <param name="maxLines">Lines that are kept at most.</param>
/// <param name="maxUnits">UTF-16 units of text that are kept at most (twice as many bytes).</param>
public sealed class LogBuffer(int maxLines = LogBuffer.DefaultLines, long maxUnits = LogBuffer.DefaultUnits)
{
    public const int DefaultLines = 200_000;
    public const long DefaultUnits = 32 << 20;

    /// <summary>UTF-16 units after which a line is cut.</summary>
    public const int MaxLineLength = 4096;

    private const int MaxOpenLines = 64;

    private readonly Dictionary<LogSource, OpenLine> _open = [];
    private LogLine[] _ring = new LogLine[256];
    private long _units;

    /// <summary>Number of the first line that is kept: as many lines were dropped before it.</summary>
    public long First { get; private set; }

    /// <summary>Number that the next line gets.</summary>
    public long Next { get; private set; }

    public int Count => (int)(Next - First);

    /// <exception cref="ArgumentOutOfRangeException">The line was dropped, or is not there yet.</exception>
    public LogLine this[long number] =>
        number >= First && number < Next ? _ring[number % _ring.Length] : throw new ArgumentOutOfRangeException(nameof(number), number, "no such line");

    /// <summary>Takes a piece.</summary>
    /// <returns>Number of the line that was there before and became longer; null when only new ones came.</returns>
    public long? Append(LogPiece piece)
    {
        if (piece.Data.IsEmpty)
            return null;
        if (!_open.TryGetValue(piece.Source, out var line))
        {
            if (_open.Count == MaxOpenLines)
                End();
            _open[piece.Source] = line = new OpenLine(piece.Source);
        }

        line.At = piece.At;
        var before = line.Number;
        var length = line.Text.Length;
        Decode(line, line.Held.Length == 0 ? piece.Data.Span : [.. line.Held, .. piece.Data.Span], isLast: false);
        Keep(line);
        Trim();
        return before is { } number && number >= First && (line.Number != before || line.Text.Length != length) ? number : null;
    }

    /// <summary>Nothing comes any more: what was held back, as it might have become a character, is shown as bytes.</summary>
    public void End()
    {
        foreach (var line in _open.Values)
        {
            if (line.EndsInReturn)
                Put(line, "\\x0d");
            line.EndsInReturn = false;
            Decode(line, line.Held, isLast: true);
            Keep(line);
        }

        _open.Clear();
        Trim();
    }

    public void Clear()
    {
        _open.Clear();
        (First, Next, _units) = (0, 0, 0);
        _ring = new LogLine[256];
    }

    private void Decode(OpenLine line, ReadOnlySpan<byte> bytes, bool isLast)
    {
        line.Held = [];
        while (!bytes.IsEmpty)
        {
            if (line.EndsInReturn && bytes[0] != '\n')
                Put(line, "\\x0d");
            line.EndsInReturn = false;
            var plain = bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            if (plain != 0)
            {
                var run = bytes[..(plain < 0 ? bytes.Length : plain)];
                bytes = bytes[run.Length..];
                PutAscii(line, run);
                continue;
            }

            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (status == OperationStatus.NeedMoreData && !isLast)
            {
                line.Held = bytes.ToArray();
                return;
            }

            if (status != OperationStatus.Done)
                PutBytes(line, bytes[..consumed]);
            else
                Put(line, rune);
            bytes = bytes[consumed..];
        }
    }

    private void Put(OpenLine line, Rune rune)
    {
        switch (rune.Value)
        {
            case '\n' when line is { IsCut: true, Number: null }:
                // The line above was as long as a line may be, and ends here.
                line.IsCut = false;
                break;
            case '\n':
                Begin(line);
                Finish(line);
                break;
            case '\r':
                line.EndsInReturn = true;
                break;
            case '\t':
                Put(line, "\t");
                break;
            default:
                Begin(line);
                Printable.Append(line.Text, rune);
                CutIfLong(line);
                break;
        }
    }

    private void Put(OpenLine line, string text)
    {
        Begin(line);
        line.Text.Append(text);
        CutIfLong(line);
    }

    private void PutBytes(OpenLine line, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            Put(line, string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}"));
    }

    private void PutAscii(OpenLine line, ReadOnlySpan<byte> run)
    {
        while (!run.IsEmpty)
        {
            Begin(line);
            var part = run[..Math.Min(run.Length, MaxLineLength - line.Text.Length)];
            line.Text.Append(Encoding.ASCII.GetString(part));
            run = run[part.Length..];
            CutIfLong(line);
        }
    }

    private void CutIfLong(OpenLine line)
    {
        if (line.Text.Length < MaxLineLength)
            return;
        Finish(line);
        line.IsCut = true;
    }

    private void Begin(OpenLine line)
    {
        if (line.Number >= First)
            return;
        // The beginning of a line may have been dropped while it was written.
        line.Text.Clear();
        line.IsContinuation = line.Number is not null || line.IsCut;
        (line.Number, line.IsCut) = (Next, false);
        Add(new LogLine("", line.At, line.Source, LogSeverity.Unknown, line.IsContinuation));
    }

    private void Finish(OpenLine line)
    {
        Keep(line);
        if (line.Number >= First)
            line.Above = this[line.Number.Value].Severity;
        line.Text.Clear();
        line.Number = null;
        Trim();
    }

    private void Keep(OpenLine line)
    {
        if (line.Number is not { } number || number < First)
            return;
        ref var kept = ref _ring[number % _ring.Length];
        if (kept.Text.Length == line.Text.Length)
            return;
        var text = line.Text.ToString();
        _units += text.Length - kept.Text.Length;
        var isPartOfAbove = line.IsContinuation || text[0] is ' ' or '\t';
        var severity = SeverityGuess.Of(text);
        severity = severity == LogSeverity.Unknown && isPartOfAbove ? line.Above : severity;
        kept = kept with { Text = text, Severity = severity };
    }

    private void Add(LogLine line)
    {
        if (Count == _ring.Length)
            Grow();
        _ring[Next++ % _ring.Length] = line;
    }

    private void Grow()
    {
        var larger = new LogLine[_ring.Length * 2];
        for (var number = First; number < Next; number++)
            larger[number % larger.Length] = _ring[number % _ring.Length];
        _ring = larger;
    }

    private void Trim()
    {
        while (Count > maxLines || _units > maxUnits && Count > 1)
        {
            ref var oldest = ref _ring[First++ % _ring.Length];
            _units -= oldest.Text.Length;
            oldest = default;
        }
    }

    private sealed class OpenLine(LogSource source)
    {
        public LogSource Source { get; } = source;

        /// <summary>Null while nothing was written to the line.</summary>
        public long? Number { get; set; }

        public StringBuilder Text { get; } = new();
        public DateTimeOffset At { get; set; }

        /// <summary>Bytes at the end that begin a character.</summary>
        public byte[] Held { get; set; } = [];

        /// <summary>A carriage return is part of the newline if one follows, and a character to be shown if not.</summary>
        public bool EndsInReturn { get; set; }

        public bool IsCut { get; set; }
        public bool IsContinuation { get; set; }
        public LogSeverity Above { get; set; }
    }
}
