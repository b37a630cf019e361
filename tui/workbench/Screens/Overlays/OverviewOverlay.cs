using System.Drawing;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Overview;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>How the cluster goes: charts over time, and what happened last.</summary>
internal sealed class OverviewOverlay : Overlay
{
    private const int EventRows = 8;

    private readonly OverviewView _charts;
    private readonly RowPane _events;

    public OverviewOverlay(ActiveTheme theme, GaugeGlyphs glyphs)
        : base(theme, " Overview: Esc goes back ")
    {
        IsFull = true;
        _charts = new OverviewView(theme, glyphs) { X = 1, Width = Dim.Fill(1), Height = Dim.Fill(EventRows + 1), CanFocus = false };
        _events = new RowPane(theme) { HasCursor = false, Y = Pos.AnchorEnd(EventRows), Width = Dim.Fill(), Height = EventRows };
        _events.WhenEmpty = ["nothing happened since the workbench was opened"];
        Add(_charts, _events);
        _events.SetFocus();
    }

    /// <inheritdoc/>
    public override Rectangle Place(Size screen) => new(0, 1, screen.Width, screen.Height - 3);

    /// <inheritdoc/>
    public override void Show(Snapshot snapshot)
    {
        _charts.Show(snapshot.History);
        var events = snapshot.Events;
        _events.IsStale = snapshot.IsStale;
        _events.Show(new RowSource(events.Count, i => $"{events[^(i + 1)].Offset}", i => TimelineLines.EventLine(events[^(i + 1)], hasJob: true)));
    }

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        if (key is "o" or "q")
            Close();
        return false;
    }
}
