using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Overlays;

namespace MiniLambda.Workbench.Screens.Shell;

public sealed partial class WorkbenchShell
{
    private Overlay? _overlay;

    /// <summary>Whether something takes the place of all panes.</summary>
    private bool IsCovered => _overlay is { IsFull: true };

    private void Open(Overlay overlay)
    {
        Dismiss();
        _overlay = overlay;
        overlay.Closed += Dismiss;
        Add(overlay);
        Arrange();
        overlay.Show(_snapshot);
        overlay.Begin();
    }

    private void Dismiss()
    {
        if (_overlay is not { } overlay)
            return;
        _overlay = null;
        Remove(overlay);
        overlay.Dispose();
        Front(_front);
    }

    private void ArrangeOverlay()
    {
        if (_overlay is null)
            return;
        _overlay.Visible = !_plan.IsTooSmall;
        _overlay.Frame = _overlay.Place(Frame.Size);
    }

    private void OpenHelp() => Open(new HelpOverlay(
        _desk.Theme,
        [
            .. _acts.OrderBy(a => Groups.IndexOf(a.Group)).Select(a => new HelpLine(string.Join(" ", a.Keys), a.Group, a.Does, IsThere(a), a.Run)),
            .. OfDetails.Select(k => new HelpLine(k.Keys, InDetails, k.Does, true, () => Front(PaneName.Details))),
        ]));

    private void OpenFilter()
    {
        switch (_front)
        {
            case PaneName.Functions:
                Open(new LineOverlay(_desk.Theme, "/", _functionFilter, "part of a function's name; Esc gives up", FilterFunctions, FilterFunctions));
                break;
            case PaneName.Nodes:
                Open(new LineOverlay(_desk.Theme, "/", _nodeFilter, "part of a node's name or state; Esc gives up", FilterNodes, FilterNodes));
                break;
            default:
                Open(new LineOverlay(_desk.Theme, "/", _query.Text, JobQuery.Rule, FilterJobs, FilterJobs));
                break;
        }
    }

    private string FilterFunctions(string text)
    {
        _functionFilter = text.Trim();
        Show(_snapshot);
        return "";
    }

    private string FilterNodes(string text)
    {
        _nodeFilter = text.Trim();
        Show(_snapshot);
        return "";
    }

    private string FilterJobs(string text)
    {
        if (!JobQuery.TryParse(text, out var query, out var problem))
            return problem;
        if (query == _query)
            return "";
        _query = query;
        // What is here already answers at once; the orchestrator completes it.
        _snapshot = _snapshot with { Jobs = _snapshot.Jobs with { Jobs = [.. _desk.Feed.Current.Jobs.Jobs.Where(job => query.Matches(job, _snapshot.At))] } };
        Wish();
        Show(_snapshot);
        return "";
    }
}
