using System.Text;

namespace MiniLambda.Workbench.Screens;

/// <summary>A line that a command printed.</summary>
/// <param name="IsError">Whether it came from its stderr.</param>
public readonly record struct PrintedLine(string Text, bool IsError);

/// <summary>
/// What a command prints, on its way to the screen while the command runs: it writes on any thread, and the screen takes the lines that came since it took
/// last. What nobody takes is bounded: the oldest give way.
/// </summary>
public sealed class PrintedLines
{
    /// <summary>Lines that wait for the screen at most.</summary>
    public const int MaxWaiting = 5000;

    /// <summary>UTF-16 units of a line that are kept; no screen is as wide.</summary>
    public const int MaxLength = 4096;

    private readonly Lock _gate = new();
    private readonly Queue<PrintedLine> _waiting = [];
    private readonly OpenLine _out = new();
    private readonly OpenLine _error = new();

    /// <summary>There is something to take, where there was nothing before; told on the thread that writes.</summary>
    public event Action? Came;

    /// <param name="bytes">UTF-8, cut anywhere.</param>
    public void Write(ReadOnlySpan<byte> bytes, bool isError)
    {
        bool isFirst;
        lock (_gate)
        {
            var before = _waiting.Count;
            var open = isError ? _error : _out;
            var text = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
            foreach (var c in text.AsSpan(0, open.Decoder.GetChars(bytes, text, flush: false)))
            {
                if (c == '\n')
                    Finish_NeedsLock(open, isError);
                else
                    open.Take(c);
            }

            isFirst = before == 0 && _waiting.Count > 0;
        }

        if (isFirst)
            Came?.Invoke();
    }

    /// <summary>The command has ended: what has no line end is a line too.</summary>
    public void End()
    {
        lock (_gate)
        {
            foreach (var (open, isError) in ((OpenLine, bool)[])[(_out, false), (_error, true)])
            {
                if (!open.IsEmpty)
                    Finish_NeedsLock(open, isError);
            }
        }
    }

    /// <summary>The lines that came since this was called last.</summary>
    public IReadOnlyList<PrintedLine> Take()
    {
        lock (_gate)
        {
            var taken = _waiting.ToArray();
            _waiting.Clear();
            return taken;
        }
    }

    private void Finish_NeedsLock(OpenLine open, bool isError)
    {
        _waiting.Enqueue(new PrintedLine(open.Finish(), isError));
        if (_waiting.Count > MaxWaiting)
            _waiting.Dequeue();
    }

    private sealed class OpenLine
    {
        private readonly StringBuilder _text = new();
        private long _more;

        public Decoder Decoder { get; } = Encoding.UTF8.GetDecoder();

        public bool IsEmpty => _text.Length == 0;

        public void Take(char c)
        {
            if (_text.Length < MaxLength)
                _text.Append(c);
            else
                _more++;
        }

        public string Finish()
        {
            var text = _text.ToString().TrimEnd('\r') + (_more > 0 ? $"… {_more} more characters" : "");
            _text.Clear();
            _more = 0;
            return text;
        }
    }
}
