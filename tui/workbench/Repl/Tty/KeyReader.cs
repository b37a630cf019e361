using System.Text;
using System.Threading.Channels;
using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Repl.Tty;

/// <summary>
/// Reads what is typed, a piece whenever it is asked for one. It never reads unasked: what is typed while a command runs is the command's.
/// </summary>
internal sealed class KeyReader
{
    private readonly object _lock = new();
    private readonly ChannelWriter<TtyEvent> _events;
    private bool _isUnderWay;
    private bool _isWanted;

    public KeyReader(ChannelWriter<TtyEvent> events)
    {
        _events = events;
        new Thread(Run) { IsBackground = true, Name = "keys" }.Start();
    }

    /// <summary>Asks for the next piece, unless one is on its way.</summary>
    public void Ask()
    {
        if (_isUnderWay)
            return;
        _isUnderWay = true;
        lock (_lock)
        {
            _isWanted = true;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>To be called when the piece has been taken; before that none is read.</summary>
    public void Arrived() => _isUnderWay = false;

    private void Run()
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[4096];
        var characters = new char[4097];
        while (true)
        {
            lock (_lock)
            {
                while (!_isWanted)
                    Monitor.Wait(_lock);
                _isWanted = false;
            }

            var count = TerminalInput.Wait(-1) ? TerminalInput.Read(bytes) : -1;
            var text = count > 0 ? new string(characters, 0, decoder.GetChars(bytes, 0, count, characters, 0)) : "";
            var next = count == 0 ? new TtyEvent.End() : (TtyEvent)new TtyEvent.Typed(text);
            // There is room for one of these at any time, as there is never more than one.
            _events.TryWrite(next);
            if (count == 0)
                return;
        }
    }
}

/// <summary>What the prompt hears of.</summary>
internal abstract record TtyEvent
{
    /// <summary>Something was typed.</summary>
    internal sealed record Typed(string Text) : TtyEvent;

    /// <summary>Nothing more will be typed: the terminal is gone.</summary>
    internal sealed record End : TtyEvent;

    /// <summary>The screen is to be drawn anew.</summary>
    internal sealed record Redraw : TtyEvent;

    /// <summary>Suggestions have arrived.</summary>
    internal sealed record Suggested(Editing.Suggestions Found) : TtyEvent;
}
