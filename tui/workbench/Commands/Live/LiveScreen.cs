using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using MiniLambda.Workbench.Commands.Streams;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Live;

/// <summary>
/// A terminal's second screen, drawn over in place: only lines that changed are written, so nothing flickers. It gives the terminal back when it is
/// disposed, stopped by Ctrl-Z or hung up on; what it showed last stays readable.
/// </summary>
internal sealed class LiveScreen : IDisposable
{
    // DEC private modes, as xterm has them: 1049 the second screen, 25 the cursor, 7 wrapping, 2026 what follows is one frame.
    private const string Enter = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J";
    private const string Leave = "\u001b[?7h\u001b[?25h\u001b[?1049l";

    // Not after a line that ends in the last column: the cursor stays in it, and its character would be erased.
    private const string EraseRest = "\u001b[K";
    private const string BeginFrame = "\u001b[?2026h";
    private const string EndFrame = "\u001b[?2026l";

    private readonly CommandTerminal _terminal;
    private readonly Lock _guard = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _quit = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly TerminalKeys? _keys;
    private string[] _shown = [];
    private TerminalSize _size;
    private bool _isOn;

    public LiveScreen(CommandTerminal terminal)
    {
        _terminal = terminal;
        if (!OperatingSystem.IsWindows())
        {
            On(PosixSignal.SIGWINCH, _ => _wake.Writer.TryWrite(true));
            On(PosixSignal.SIGTSTP, Stop);
            On(PosixSignal.SIGCONT, _ => Resume());
            On(PosixSignal.SIGHUP, _ => Suspend());
            On(PosixSignal.SIGQUIT, _ => Suspend());
        }

        _keys = terminal.WatchKeys(key =>
        {
            if (key is 'q' or 'Q')
                _quit.Cancel();
        });
        Resume();
    }

    /// <summary>Cancelled when somebody presses q.</summary>
    public CancellationToken Quit => _quit.Token;

    /// <summary>Waits, or less: until the terminal has another size.</summary>
    public async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var woken = _wake.Reader.ReadAsync(over.Token).AsTask();
        await Task.WhenAny(woken, Task.Delay(time, TimeProvider.System, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Shows lines, as many of them and as much of each as fits.</summary>
    /// <param name="compose">Makes the lines for a size.</param>
    public void Draw(Func<TerminalSize, IReadOnlyList<string>> compose)
    {
        lock (_guard)
        {
            if (!_isOn)
                return;
            var size = _terminal.Size();
            var lines = Fit(compose(size), size);
            var frame = new StringBuilder(BeginFrame);
            var isNew = size != _size;
            if (isNew)
                frame.Append("\u001b[2J");
            for (var i = 0; i < Math.Max(lines.Length, _shown.Length); i++)
            {
                var (line, before) = (i < lines.Length ? lines[i] : "", i < _shown.Length && !isNew ? _shown[i] : "");
                if (line != before)
                    frame.Append($"\u001b[{i + 1};1H{line}{(TextWidth.Of(Tones.Strip(line)) < size.Columns ? EraseRest : "")}");
            }

            (_size, _shown) = (size, lines);
            if (frame.Length == BeginFrame.Length)
                return;
            _terminal.Out.Write(frame.Append(EndFrame).ToString());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _keys?.Dispose();
        lock (_guard)
        {
            if (_isOn)
            {
                _isOn = false;
                _terminal.Out.Write(Leave);
                foreach (var line in _shown)
                    _terminal.Out.WriteLine(line);
            }
        }

        _quit.Dispose();
    }

    /// <summary>What fits: a last line says how many there are beyond it.</summary>
    internal static string[] Fit(IReadOnlyList<string> lines, TerminalSize size)
    {
        var fitting = lines.Count <= size.Rows ? lines : [.. lines.Take(size.Rows - 1), $"… {lines.Count - size.Rows + 1} more lines"];
        return [.. fitting.Select(line => TextWidth.Clip(line, size.Columns))];
    }

    private void On(PosixSignal signal, Action<PosixSignalContext> happens) => _signals.Add(PosixSignalRegistration.Create(signal, happens));

    // The runtime does not stop a process that handles this signal.
    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        Suspend();
        ShellJob.StopProcess();
    }

    // What the signal does to the process follows.
    private void Suspend()
    {
        lock (_guard)
        {
            if (!_isOn)
                return;
            _isOn = false;
            _terminal.Out.Write(Leave);
            _keys?.Suspend();
        }
    }

    // Also where it was stopped without notice (SIGSTOP): the shell has written over what was shown.
    private void Resume()
    {
        lock (_guard)
        {
            (_isOn, _size) = (true, default);
            _terminal.Out.Write(Enter);
            _keys?.Resume();
            _wake.Writer.TryWrite(true);
        }
    }
}
