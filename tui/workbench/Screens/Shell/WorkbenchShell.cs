using System.Collections.Immutable;
using System.Drawing;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace MiniLambda.Workbench.Screens.Shell;

/// <summary>The whole screen: a header, four panes that share their borders, the command for what is selected, and the keys that help now.</summary>
public sealed partial class WorkbenchShell : Runnable
{
    private const int NoticeSeconds = 6;

    private readonly Desk _desk;
    private readonly RowPane _functions;
    private readonly RowPane _jobs;
    private readonly RowPane _nodes;
    private readonly DetailsPane _details;
    private readonly List<Act> _acts;
    private Snapshot _snapshot;
    private ScreenPlan _plan = ScreenPlan.Of(0, 0, PaneName.Jobs, false);
    private PaneName _front = PaneName.Jobs;
    private bool _isZoomed;
    private ImmutableHashSet<string> _open = [];
    private IReadOnlyList<FunctionRow> _functionRows = [];
    private string _functionFilter = "";
    private string _nodeFilter = "";
    private JobQuery _query = JobQuery.All;
    private JobOrder _order;
    private string _command = "";
    private (string Text, ThemeRole Role, DateTimeOffset Until) _notice = ("", ThemeRole.Plain, default);

    public WorkbenchShell(Desk desk)
    {
        _desk = desk;
        _snapshot = desk.Feed.Current;
        _functions = new RowPane(desk.Theme);
        _jobs = new RowPane(desk.Theme) { HasMarks = true };
        _nodes = new RowPane(desk.Theme);
        _details = new DetailsPane(desk.Theme, desk.Feed.Log, desk.Clock.LocalTimeZone);
        Add(_functions, _jobs, _nodes, _details);
        _acts = MakeActs();
        _functions.Moved += Selected;
        _jobs.Moved += Selected;
        _nodes.Moved += Selected;
        _functions.Opened += ToggleFunction;
        _jobs.Opened += () => Front(PaneName.Details);
        _nodes.Opened += () => Front(PaneName.Details);
        _details.Turned += Wish;
        _details.Copied = Copy;
        SetScheme(desk.Theme.Current.Base);
        desk.Theme.Changed += ThemeChanged;
        Initialized += (_, _) => Begin();
    }

    /// <summary>Takes a newer state of the cluster.</summary>
    public void Show(Snapshot snapshot)
    {
        _snapshot = snapshot;
        _functionRows = FunctionRows.Of(snapshot, _open, _functionFilter);
        foreach (var pane in (RowPane[])[_functions, _jobs, _nodes])
            pane.IsStale = snapshot.IsStale;
        FillFunctions();
        FillJobs();
        FillNodes();
        _details.Show(snapshot);
        _overlay?.Show(snapshot);
        SetNeedsDraw();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _desk.Theme.Changed -= ThemeChanged;
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override void OnFrameChanged(in Rectangle frame) => Arrange();

    private IEnumerable<(PaneName Name, View Pane)> Panes() =>
        [(PaneName.Functions, _functions), (PaneName.Jobs, _jobs), (PaneName.Nodes, _nodes), (PaneName.Details, _details)];

    private void Begin()
    {
        if (App?.Mouse is { } mouse)
            mouse.MouseEvent += (_, e) => Clicked(e);
        Arrange();
        Front(PaneName.Jobs);
        Show(_desk.Feed.Current);
        Wish();
        if (_desk.Notice.Length > 0)
            Say(_desk.Notice, ThemeRole.Suspect);
    }

    private void Arrange()
    {
        _plan = ScreenPlan.Of(Frame.Width, Frame.Height, _front, _isZoomed);
        foreach (var (name, pane) in Panes())
        {
            pane.Visible = _plan.Panes.TryGetValue(name, out var outer) && !IsCovered;
            if (pane.Visible)
                pane.Frame = new Rectangle(outer.X + 1, outer.Y + 1, outer.Width - 2, outer.Height - 2);
        }

        ArrangeOverlay();
        if (IsInitialized)
            Show(_snapshot);
        SetNeedsLayout();
        SetNeedsDraw();
    }

    /// <summary>Brings a pane to the front: it gets the keys, and the room where there is room for one only.</summary>
    private void Front(PaneName name)
    {
        _front = name;
        Arrange();
        if (name == PaneName.Details)
            _details.TakeKeys();
        else
            Panes().First(p => p.Name == name).Pane.SetFocus();
        Selected();
    }

    /// <summary>A click brings the pane below it to the front, and on a tab's name that tab.</summary>
    private void Clicked(Mouse mouse)
    {
        if (_overlay is not null || !mouse.Flags.HasFlag(MouseFlags.LeftButtonPressed) || mouse.Flags.HasFlag(MouseFlags.PositionReport))
            return;
        foreach (var (name, outer) in _plan.Panes)
        {
            if (!outer.Contains(mouse.ScreenPosition))
                continue;
            if (name == PaneName.Details && mouse.ScreenPosition.Y == outer.Y && TabAt(mouse.ScreenPosition.X - outer.X - 2) is { } tab)
                _details.Turn(tab);
            if (name != _front)
                Front(name);
            return;
        }
    }

    /// <summary>Another thing is current: its details are shown, and the command for it.</summary>
    private void Selected()
    {
        var subject = CurrentSubject();
        if (subject is not NoSubject)
            _details.Turn(subject);
        Wish();
    }

    private Subject CurrentSubject() => _front switch
    {
        PaneName.Functions when CurrentFunction is { } row => new FunctionSubject(row.Function.Name, row.Function.Version),
        PaneName.Jobs when _jobs.CursorKey is { Length: > 0 } id => new JobSubject(id),
        PaneName.Nodes when _nodes.CursorKey is { Length: > 0 } name => new NodeSubject(name),
        PaneName.Details => _details.Subject,
        _ => NoSubject.Value,
    };

    private FunctionRow? CurrentFunction => _functionRows.FirstOrDefault(r => r.Key == _functions.CursorKey);

    /// <summary>Something else is on screen now: the feed is told, and the command is another.</summary>
    private void Wish()
    {
        _command = "";
        Ask();
    }

    /// <summary>Tells the feed what is on screen.</summary>
    private void Ask()
    {
        _desk.Feed.Want(new Wish
        {
            Query = _query,
            JobRows = Math.Max(100, (_jobs.SeenEnd + 60) / 50 * 50),
            Open = _open,
            Subject = _details.Subject,
            Tab = _details.Tab,
        });
        SetNeedsDraw();
    }

    private void FillFunctions()
    {
        var (rows, now) = (_functionRows, _snapshot.At);
        _functions.WhenEmpty = _snapshot.Info is null ? ["connecting …"] : _functionFilter.Length > 0 ? [$"none holds '{_functionFilter}'"] : ["no functions yet", "p pushes one"];
        _functions.Show(new RowSource(rows.Count, i => rows[i].Key, i => FunctionRows.Line(rows[i], _functions.Viewport.Width, now)) { KeepsFirst = true });
    }

    private void FillJobs()
    {
        var now = _snapshot.At;
        var jobs = JobOrders.Sort(_snapshot.Jobs.Jobs, _order, now);
        var table = new JobRows(jobs, _jobs.Viewport.Width);
        _jobs.WhenEmpty = _snapshot.Info is null ? ["connecting …"]
            : _snapshot.Jobs.Query != _query ? ["looking …"]
            : _snapshot.Jobs.Problem.Length > 0 ? [_snapshot.Jobs.Problem, "Esc shows all"]
            : _query.IsAll ? ["no jobs yet", "n launches one"]
            : [$"none of {_snapshot.Jobs.LookedAt}{(_snapshot.Jobs.HasMore ? " (the newest)" : "")} match {_query.Text}", "Esc shows all"];
        _jobs.Show(new RowSource(jobs.Count, i => jobs[i].Id, i => table.Row(jobs[i], now, _jobs.Marks.Contains(jobs[i].Id))) { Header = table.Header() });
        if (_awaitedJob.Length > 0 && _jobs.GoTo(_awaitedJob))
            _awaitedJob = "";
        if (_jobs.SeenEnd + 20 > jobs.Count && _snapshot.Jobs.HasMore && _snapshot.Jobs.Query == _query)
            Ask();
    }

    private void FillNodes()
    {
        var now = _snapshot.At;
        var nodes = _nodeFilter.Length == 0 ? _snapshot.Workers
            : [.. _snapshot.Workers.Where(w => w.Name.Contains(_nodeFilter, StringComparison.OrdinalIgnoreCase) || ClusterTables.Status(w).Contains(_nodeFilter, StringComparison.OrdinalIgnoreCase))];
        var name = NodeRows.NameWidth(nodes);
        _nodes.WhenEmpty = _snapshot.Info is null ? ["connecting …"] : ["no node has dialled in", "minilambda-worker starts one"];
        _nodes.Show(new RowSource(
            nodes.Count, i => nodes[i].Name,
            i => NodeRows.Line(nodes[i], _snapshot.Load.GetValueOrDefault(nodes[i].Name, []), name, _nodes.Viewport.Width, now))
        { KeepsFirst = true });
    }

    private void ToggleFunction()
    {
        if (CurrentFunction is not { IsVersion: false } row)
        {
            Front(PaneName.Details);
            return;
        }

        _open = row.IsOpen ? _open.Remove(row.Function.Name) : _open.Add(row.Function.Name);
        Show(_snapshot);
        Wish();
    }

    private void Say(string text, ThemeRole role = ThemeRole.Plain)
    {
        _notice = (text, role, _desk.Clock.GetUtcNow().AddSeconds(NoticeSeconds));
        SetNeedsDraw();
    }

    /// <summary>Something failed on screen: the work goes on, and it is told.</summary>
    internal void Tell(Exception failure) => Say($"the screen failed at this: {failure.GetType().Name}: {failure.Message.Split('\n')[0]}", ThemeRole.Failed);

    private void ThemeChanged(object? sender, EventArgs e)
    {
        SetScheme(_desk.Theme.Current.Base);
        foreach (var (_, pane) in Panes())
            pane.SetNeedsDraw();
        SetNeedsDraw();
    }
}
