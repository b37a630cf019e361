using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Logs;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Shell;

/// <summary>Everything about the selected thing, in tabs. Each kind of thing remembers its tab.</summary>
internal sealed class DetailsPane : View
{
    private readonly ActiveTheme _theme;
    private readonly LogTail _log;
    private readonly RowPane _text;
    private readonly LogView _lines;
    private readonly Dictionary<Type, DetailTab> _tabs = [];
    private Snapshot _snapshot = Snapshot.Empty;

    public DetailsPane(ActiveTheme theme, LogTail log)
    {
        (_theme, _log) = (theme, log);
        CanFocus = true;
        _text = new RowPane(theme) { HasCursor = false, Y = 1, Width = Dim.Fill(), Height = Dim.Fill() };
        _lines = new LogView(theme, TimeZoneInfo.Local) { Y = 1, Width = Dim.Fill(), Height = Dim.Fill() };
        Add(_text, _lines);
    }

    /// <summary>Gets what a person copied.</summary>
    public Action<string>? Copied
    {
        get => _lines.Copied;
        set => _lines.Copied = value;
    }

    public Subject Subject { get; private set; } = NoSubject.Value;

    public DetailTab Tab => _tabs.TryGetValue(Subject.GetType(), out var tab) ? tab : DetailLines.Tabs(Subject) is [var first, ..] ? first : default;

    /// <summary>Another thing or tab is shown.</summary>
    public event Action? Turned;

    /// <summary>Shows another thing.</summary>
    public void Turn(Subject subject)
    {
        if (Subject == subject)
            return;
        Subject = subject;
        Restart();
    }

    /// <summary>Shows another side of it.</summary>
    public void Turn(DetailTab tab)
    {
        if (!DetailLines.Tabs(Subject).Contains(tab) || Tab == tab)
            return;
        _tabs[Subject.GetType()] = tab;
        Restart();
    }

    /// <summary>Goes to the next tab, or with -1 to the one before.</summary>
    public void Step(int by)
    {
        var tabs = DetailLines.Tabs(Subject);
        if (tabs.Count > 0)
            Turn(tabs[(tabs.ToList().IndexOf(Tab) + by + tabs.Count) % tabs.Count]);
    }

    /// <summary>Writes the log, as it is shown.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void SaveLog(string path)
    {
        using var writer = new StreamWriter(path);
        _lines.WriteTo(writer);
    }

    public void Show(Snapshot snapshot)
    {
        _snapshot = snapshot;
        Fill();
    }

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        var heading = _snapshot.Detail.Subject == Subject ? DetailLines.Heading(_snapshot) : ScreenLine.Empty;
        LinePainter.Draw(this, _theme.Current, 0, 0, Viewport.Width, heading, isStale: _snapshot.IsStale);
        return true;
    }

    /// <inheritdoc/>
    protected override bool OnKeyDown(Key key)
    {
        switch (KeyNames.Of(key))
        {
            case "h" or "Left" or "[":
                Step(-1);
                return true;
            case "l" or "Right" or "]":
                Step(1);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    protected override void OnFrameChanged(in System.Drawing.Rectangle frame)
    {
        Fill();
    }

    private void Restart()
    {
        _text.ToStart();
        Fill();
        Turned?.Invoke();
    }

    /// <summary>Takes what came of the log since the last frame.</summary>
    private void TakeLog()
    {
        var (isNew, pieces, isEnded) = _log.Take();
        if (isNew)
            _lines.Clear();
        _lines.Append([.. pieces.Select(p => new LogPiece(p.Chunk.At?.ToDateTimeOffset() ?? default, new LogSource(p.Chunk.Attempt, p.Worker), p.Chunk.Data.Memory))]);
        if (isEnded)
            _lines.End();
        _lines.Placeholder = isEnded || _snapshot.Detail.Job is { FinishedAt: not null } ? "nothing was written to stderr" : "nothing was written to stderr yet";
    }

    private void Fill()
    {
        var isLog = Subject is JobSubject && Tab == DetailTab.Logs;
        (_text.Visible, _lines.Visible) = (!isLog, isLog);
        TakeLog();
        if (!isLog)
        {
            var isKnown = _snapshot.Detail.Subject == Subject;
            _text.IsStale = _snapshot.IsStale;
            _text.Show(RowSource.Of(isKnown ? DetailLines.Of(_snapshot, Tab, Math.Max(10, Viewport.Width)) : []));
        }

        SetNeedsDraw();
    }
}
