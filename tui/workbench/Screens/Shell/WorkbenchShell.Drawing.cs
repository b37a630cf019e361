using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Repl.Language;
using MiniLambda.Workbench.Screens.Overlays;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Shell;

public sealed partial class WorkbenchShell
{
    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        var (theme, width, height) = (_desk.Theme.Current, Viewport.Width, Viewport.Height);
        if (_plan.IsTooSmall)
        {
            DrawTooSmall(theme, width, height);
            return true;
        }

        var bar = theme.Menu.Normal;
        if (StatusLines.Banner(_snapshot, _desk.Clock.GetUtcNow()) is { } banner)
        {
            SetAttribute(theme.Error.Normal);
            AddStr(0, 0, ScreenLine.Fit(Printable.Line(banner), width).PadRight(width));
        }
        else
        {
            LinePainter.Draw(this, theme, 0, 0, width, StatusLines.Header(_snapshot, width, _desk.IsReadOnly), ground: bar);
        }

        if (!IsCovered)
            DrawBorders(theme);
        LinePainter.Draw(this, theme, 0, height - 2, width, CommandLine(width));
        LinePainter.Draw(this, theme, 0, height - 1, width, Footer(width), ground: bar);
        return true;
    }

    private void DrawBorders(Theme theme)
    {
        var front = _plan.Panes.GetValueOrDefault(_front);
        foreach (var (at, sign) in new BorderGrid(_plan.Panes.Values).Signs)
        {
            SetAttribute(theme[BorderGrid.IsOn(front, at) ? ThemeRole.Running : ThemeRole.Muted]);
            AddStr(at.X, at.Y, sign.ToString());
        }

        foreach (var (name, outer) in _plan.Panes)
        {
            var title = TitleOf(name);
            LinePainter.Draw(this, theme, outer.X + 2, outer.Y, Math.Min(title.Width, outer.Width - 4), title);
        }
    }

    private ScreenLine TitleOf(PaneName name)
    {
        var isFront = name == _front;
        var line = new ScreenLine().Add($" {(int)name} ", isFront ? ThemeRole.Running : ThemeRole.Muted);
        var role = isFront ? ThemeRole.Heading : ThemeRole.Muted;
        switch (name)
        {
            case PaneName.Details:
                foreach (var tab in DetailLines.Tabs(_details.Subject))
                {
                    line.Add(tab == _details.Tab ? $"[{DetailLines.Name(tab)}]" : $" {DetailLines.Name(tab)} ", tab == _details.Tab ? ThemeRole.Heading : ThemeRole.Muted);
                }

                return _details.Subject is NoSubject ? line.Add("Details ", role) : line.Add(" ");
            case PaneName.Jobs:
                line.Add("Jobs ", role);
                if (_order != JobOrder.Newest)
                    line.Add($"by {_order.ToString().ToLowerInvariant()} ", ThemeRole.Muted);
                if (!_query.IsAll)
                    line.Add($"/{_query.Text} ", ThemeRole.Queued).Add($"{_snapshot.Jobs.Jobs.Count}{(_snapshot.Jobs.HasMore ? "+" : "")} ", ThemeRole.Muted);
                return _jobs.Marks.Count > 0 ? line.Add($"*{_jobs.Marks.Count} marked ", ThemeRole.Suspect) : line;
            default:
                var filter = name == PaneName.Functions ? _functionFilter : _nodeFilter;
                line.Add($"{name} ", role);
                return filter.Length > 0 ? line.Add($"/{filter} ", ThemeRole.Queued) : line;
        }
    }

    /// <summary>The tab whose name stands at a column of the title.</summary>
    private DetailTab? TabAt(int column)
    {
        var at = 3;
        foreach (var tab in DetailLines.Tabs(_details.Subject))
        {
            var next = at + DetailLines.Name(tab).Length + 2;
            if (column >= at && column < next)
                return tab;
            at = next;
        }

        return null;
    }

    private ScreenLine CommandLine(int width)
    {
        var command = Equivalent();
        if (_overlay is OverviewOverlay)
            command = Shown("top");
        else if (IsCovered)
            command = "";
        if (command.Length == 0)
            return ScreenLine.Empty;
        var line = new ScreenLine().Add(" $ ", ThemeRole.Muted).Add(ScreenLine.Fit(command, width - 18), ThemeRole.Text);
        return _overlay is not null ? line : line.PadTo(width - 14).Add("c copies this ", ThemeRole.Comment);
    }

    private ScreenLine Footer(int width)
    {
        if (IsCovered)
            return StatusLines.Hints([("Esc", "goes back")], width);
        if (_notice.Text.Length > 0 && _desk.Clock.GetUtcNow() < _notice.Until)
            return ScreenLine.Of($" {ScreenLine.Fit(_notice.Text, width - 2)}", _notice.Role);
        return StatusLines.Hints(_acts.Where(a => a.Hint.Length > 0 && IsThere(a)).Select(a => (a.Keys[0], a.Hint)), width);
    }

    /// <summary>A command as a person would type it in a shell, whatever stands in the names.</summary>
    private string Shown(params string[] args) => _desk.Shown(ShellQuote.Of(args));

    /// <summary>The command that does, or tells, what is on screen.</summary>
    private string Equivalent()
    {
        if (_command.Length > 0)
            return _command;
        return _details.Subject switch
        {
            JobSubject job => _details.Tab switch
            {
                DetailTab.Result => Shown("result", job.Id),
                DetailTab.Explain => Shown("explain", job.Id),
                DetailTab.Logs => Shown("logs", job.Id, "-f"),
                DetailTab.Events => Shown("events", "--job", job.Id),
                DetailTab.Manifest when _snapshot.Detail.Job is { } known => Shown("function", "show", $"{known.Function}@{known.Version}"),
                _ => Shown("status", job.Id),
            },
            FunctionSubject function when _details.Tab == DetailTab.Running => Shown("job", "list", "--function", function.Name),
            FunctionSubject function => Shown("function", "show", $"{function.Name}@{function.Version}"),
            NodeSubject node when _details.Tab == DetailTab.Running => Shown("job", "list", "--worker", node.Name, "--state", "running", "--state", "leased"),
            NodeSubject node => Shown("worker", "show", node.Name),
            _ => "",
        };
    }

    private void DrawTooSmall(Theme theme, int width, int height)
    {
        string[] lines = [$"this terminal is {width}×{height}:", $"{ScreenPlan.MinWidth}×{ScreenPlan.MinHeight} is the least"];
        SetAttribute(theme[ThemeRole.Plain]);
        for (var i = 0; i < lines.Length && i < height; i++)
        {
            var text = ScreenLine.Fit(lines[i], width);
            if (text.Length > 0)
                AddStr((width - text.Length) / 2, Math.Max(0, height / 2 - 1) + i, text);
        }
    }
}
