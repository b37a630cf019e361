using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Json;
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
    private readonly LogTail _tail;
    private readonly RowPane _text;
    private readonly LogView _log;
    private readonly PayloadView _payload;
    private readonly Dictionary<Type, DetailTab> _tabs = [];
    private Snapshot _snapshot = Snapshot.Empty;
    private Preview? _shown;

    public DetailsPane(ActiveTheme theme, LogTail tail, TimeZoneInfo zone)
    {
        (_theme, _tail) = (theme, tail);
        CanFocus = true;
        _text = new RowPane(theme) { HasCursor = false, Y = 1, Width = Dim.Fill(), Height = Dim.Fill() };
        _log = new LogView(theme, zone) { X = 1, Y = 1, Width = Dim.Fill(), Height = Dim.Fill() };
        _payload = new PayloadView(theme) { X = 1, Y = 1, Width = Dim.Fill(), Height = Dim.Fill() };
        Add(_text, _log, _payload);
    }

    /// <summary>Gets what a person copied.</summary>
    public Action<string>? Copied
    {
        get => _log.Copied;
        set => _log.Copied = _payload.Copied = value;
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
        _log.WriteTo(writer);
    }

    public void Show(Snapshot snapshot)
    {
        _snapshot = snapshot;
        Fill();
    }

    /// <summary>Gives the keys to what the tab shows.</summary>
    public void TakeKeys() => Shown.SetFocus();

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
    protected override void OnFrameChanged(in System.Drawing.Rectangle frame) => Fill();

    private View Shown => _log.Visible ? _log : _payload.Visible ? _payload : _text;

    private void Restart()
    {
        var hadKeys = HasFocus;
        _text.ToStart();
        Fill();
        if (hadKeys)
            TakeKeys();
        Turned?.Invoke();
    }

    private void Fill()
    {
        TakeLog();
        var isKnown = _snapshot.Detail.Subject == Subject;
        var payload = isKnown && Tab is DetailTab.Input or DetailTab.Result && !_snapshot.Detail.Problems.ContainsKey(Tab)
            ? Tab == DetailTab.Input ? _snapshot.Detail.Input : _snapshot.Detail.Result
            : null;
        _log.Visible = Subject is JobSubject && Tab == DetailTab.Logs;
        _payload.Visible = payload is { Size: > 0 };
        _text.Visible = !_log.Visible && !_payload.Visible;
        if (payload is { Size: > 0 } && !ReferenceEquals(payload, _shown))
        {
            _shown = payload;
            _payload.Show(payload.Bytes, payload.Size);
        }

        _text.IsStale = _snapshot.IsStale;
        if (_text.Visible)
            _text.Show(RowSource.Of(isKnown ? DetailLines.Of(_snapshot, Tab, Math.Max(10, Viewport.Width)) : []));
        SetNeedsDraw();
    }

    /// <summary>Takes what came of the log since the last frame.</summary>
    private void TakeLog()
    {
        var (isNew, pieces, isEnded) = _tail.Take();
        if (isNew)
            _log.Clear();
        _log.Append([.. pieces.Select(p => new LogPiece(p.Chunk.At?.ToDateTimeOffset() ?? default, new LogSource(p.Chunk.Attempt, p.Worker), p.Chunk.Data.Memory))]);
        if (isEnded)
            _log.End();
        _log.Placeholder = _snapshot.Detail.Job switch
        {
            { FinishedAt: not null } => "nothing was written to stderr",
            { State: Contracts.V1.Job.Types.State.Queued, Explanation.Summary: { Length: > 0 } why } => $"it waits: {why}",
            _ => "nothing was written to stderr yet",
        };
    }
}
