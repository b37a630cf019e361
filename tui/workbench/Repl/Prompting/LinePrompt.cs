using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Streams;
using MiniLambda.Workbench.Repl.Editing;
using MiniLambda.Workbench.Repl.Tty;

namespace MiniLambda.Workbench.Repl.Prompting;

/// <summary>Asks for a line: keys go to the editor, and what it shows goes to the screen.</summary>
internal sealed class LinePrompt : IAsyncDisposable
{
    private const string PasteOn = "\u001b[?2004h";
    private const string PasteOff = "\u001b[?2004l";

    /// <summary>How long an Escape waits for what would make it another key.</summary>
    private static readonly TimeSpan EscapePause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long it may take until one is stopped.</summary>
    private static readonly TimeSpan StopPause = TimeSpan.FromMilliseconds(500);

    private readonly TerminalModes _modes;
    private readonly CommandTerminal _terminal;
    private readonly ReplSession _session;
    private readonly TimeProvider _clock;
    private readonly bool _isStyled;
    private readonly LineEditor _editor;
    private readonly LineCompletion _completion;
    private readonly ClusterHealth _health;
    private readonly KeyReader _reader;
    private readonly PosixSignalRegistration? _resized;
    private readonly PosixSignalRegistration? _continued;
    private readonly KeyDecoder _decoder = new();
    private readonly FramePainter _painter = new();
    private readonly Queue<Key> _keys = [];
    private readonly Channel<TtyEvent> _events = Channel.CreateBounded<TtyEvent>(64);
    private CancellationTokenSource _suggesting = new();
    private int _width;
    private bool _isRedrawWaiting;
    private TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LinePrompt(TerminalModes modes, History history, ReplSession session, ReplOptions options, CommandTerminal terminal, TimeProvider clock)
    {
        (_modes, _session, _terminal, _clock, _isStyled) = (modes, session, terminal, clock, !options.NoColor);
        _editor = new LineEditor(history);
        _completion = new LineCompletion(session, terminal, clock);
        _reader = new KeyReader(_events.Writer);
        _health = new ClusterHealth(terminal, session.Flags, clock, Redraw);
        _resized = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Redraw());
        _continued = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Resume());
    }

    /// <summary>Asks for the next line; null when there will be none.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        _health.Look(_session.Flags);
        _editor.Reset();
        _modes.TakeRaw();
        _width = _terminal.Size().Columns;
        // The prompt begins a row of its own: where the cursor is not at the beginning of one, these blanks run over into the next.
        Write($"{(_isStyled ? "\u001b[7m%\u001b[0m" : "%")}{new string(' ', Math.Max(_width - 1, 0))}\r{PasteOn}");
        try
        {
            return await EditAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Write(_painter.Leave(""));
            return null;
        }
        finally
        {
            await _suggesting.CancelAsync();
            Write(PasteOff);
            _modes.GiveBack();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _resized?.Dispose();
        _continued?.Dispose();
        await _health.DisposeAsync();
        _suggesting.Dispose();
    }

    private async Task<string?> EditAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_keys.TryDequeue(out var key))
            {
                switch (_editor.Press(key))
                {
                    case EditorRequest.Accept:
                        Finish("");
                        return _editor.Buffer.Text;
                    case EditorRequest.Interrupt:
                        Finish("^C");
                        _editor.Reset();
                        break;
                    case EditorRequest.End:
                        Finish("");
                        return null;
                    case EditorRequest.Suggest:
                        await SuggestAsync();
                        break;
                    case EditorRequest.ClearScreen:
                        Write(_painter.Clear());
                        break;
                    case EditorRequest.Suspend:
                        await SuspendAsync();
                        break;
                    default:
                        break;
                }
            }

            Draw();
            _reader.Ask();
            await TakeEventAsync(cancellationToken);
        }
    }

    private async Task TakeEventAsync(CancellationToken cancellationToken)
    {
        switch (await NextAsync(cancellationToken))
        {
            case TtyEvent.Typed typed:
                _reader.Arrived();
                Add(_decoder.Decode(typed.Text));
                break;
            case TtyEvent.End:
                Add([Key.Ctrl('c'), Key.Ctrl('d')]);
                break;
            case TtyEvent.Suggested suggested:
                if (!_editor.Offer(suggested.Found))
                    Write("\a");
                break;
            case TtyEvent.Redraw:
                Volatile.Write(ref _isRedrawWaiting, false);
                break;
            case null:
                Add(_decoder.Settle());
                break;
            default:
                break;
        }
    }

    /// <summary>What happens next; null when nothing does and an Escape waits for it.</summary>
    private async Task<TtyEvent?> NextAsync(CancellationToken cancellationToken)
    {
        if (!_decoder.IsUndecided)
            return await _events.Reader.ReadAsync(cancellationToken);
        using var pause = new CancellationTokenSource(EscapePause, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, cancellationToken);
        try
        {
            return await _events.Reader.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private void Add(IEnumerable<Key> keys)
    {
        foreach (var key in keys)
            _keys.Enqueue(key);
    }

    /// <summary>Looks for suggestions; typing goes on meanwhile.</summary>
    private async Task SuggestAsync()
    {
        await _suggesting.CancelAsync();
        _suggesting.Dispose();
        _suggesting = new CancellationTokenSource();
        var (buffer, token) = (_editor.Buffer, _suggesting.Token);
        _ = Task.Run(
            async () =>
            {
                var found = await _completion.FindAsync(buffer, token);
                _events.Writer.TryWrite(new TtyEvent.Suggested(found));
            },
            token);
    }

    private void Finish(string mark)
    {
        Draw(isLast: true);
        Write(_painter.Leave(mark));
    }

    private async Task SuspendAsync()
    {
        Finish("^Z");
        Write(PasteOff);
        _modes.GiveBack();
        _resumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ShellJob.Stop();
        // Where no shell could go on with it, it is not stopped either, and goes on by itself.
        await Task.WhenAny(_resumed.Task, Task.Delay(StopPause, _clock));
        _modes.TakeRaw();
        Write(PasteOn);
    }

    private void Resume()
    {
        _resumed.TrySetResult();
        Redraw();
    }

    private void Draw(bool isLast = false)
    {
        var (width, height) = _terminal.Size();
        if (width != _width)
            _painter.Resize(_width = width);
        Write(_painter.Paint(FrameLayout.Of(_editor, _health.Prompt, width, height, _isStyled && !isLast)));
    }

    // One that waits is enough for any number of reasons; so there is always room for what is typed.
    private void Redraw()
    {
        if (!Interlocked.Exchange(ref _isRedrawWaiting, true))
            _events.Writer.TryWrite(new TtyEvent.Redraw());
    }

    private void Write(string text) => _terminal.OutStream.Write(Encoding.UTF8.GetBytes(text));
}
