using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens.Shell;

public sealed partial class WorkbenchShell
{
    private const string Around = "getting about";
    private const string Changing = "changing";
    private const string OnScreen = "the screen";

    private const string InDetails = "in the details";

    private static readonly List<string> Groups = [Around, Changing, OnScreen];

    /// <summary>Keys that the views of the details have for themselves.</summary>
    private static readonly (string Keys, string Does)[] OfDetails =
    [
        ("[ ]", "the tab before, the next (h and l, not in logs)"),
        ("f", "follow the log, or stay"),
        ("/ n N", "search; the next match, the one before"),
        ("&", "only lines with a text; ! turns it round"),
        ("L", "only warnings, only errors, all lines"),
        ("w", "wrap long lines"),
        ("t a", "time of each line; lines of one attempt"),
        ("y", "copy the lines that J and K marked, or this one"),
        ("v", "the input or result as text, JSON, bytes"),
    ];

    /// <inheritdoc/>
    protected override bool OnKeyDown(Key key)
    {
        var name = KeyNames.Of(key);
        if (name.Length == 0)
            return false;
        foreach (var act in _acts)
        {
            if (!act.Keys.Contains(name) || !act.IsThere())
                continue;
            Do(act);
            return true;
        }

        // Left alone, these would go about between views as the library sees them.
        return name is "Tab" or "S-Tab" or "Esc" or "F5";
    }

    private void Do(Act act)
    {
        if (act.Changes && _desk.IsReadOnly)
            Say("this workbench only looks (--readonly)", ThemeRole.Suspect);
        else
            act.Run();
    }

    private bool IsThere(Act act) => act.IsThere() && !(act.Changes && _desk.IsReadOnly);

    private List<Act> MakeActs() =>
    [
        new(["?", "F1"], OnScreen, "this help", OpenHelp) { Hint = "help" },
        new(["/"], Around, "filter the pane, or search what is shown", OpenFilter) { Hint = "filter" },
        new([":"], OnScreen, "a command, any there is", OpenPalette) { Hint = "command" },
        new(["n"], Changing, "launch a job", OpenLaunch) { Hint = "launch", Changes = true },
        .. ChangingActs(),
        new(["o"], Around, "how it went: rates, latency, failures, queue", OpenOverview) { Hint = "overview" },
        new(["S"], OnScreen, "save the log or the result to a file", OpenSave) { IsThere = CanSave },
        new(["c"], OnScreen, "copy the command that is shown", CopyCommand) { Hint = "copy" },
        new(["z"], OnScreen, "zoom the pane, and back", () => Zoom(!_isZoomed)) { Hint = "zoom" },
        new(["A"], Around, "mark all jobs shown, or none (Space marks one)", MarkAll) { IsThere = () => _front == PaneName.Jobs },
        new(["s"], OnScreen, "sort: newest, longest, by function, by state", NextOrder) { IsThere = () => _front == PaneName.Jobs },
        new(["Tab"], Around, "to the next pane", () => Front(_front == PaneName.Details ? PaneName.Functions : _front + 1)),
        new(["S-Tab"], Around, "to the pane before", () => Front(_front == PaneName.Functions ? PaneName.Details : _front - 1)),
        new(["1"], Around, "to the functions", () => Front(PaneName.Functions)),
        new(["2"], Around, "to the jobs", () => Front(PaneName.Jobs)),
        new(["3"], Around, "to the nodes", () => Front(PaneName.Nodes)),
        new(["4"], Around, "to the details", () => Front(PaneName.Details)),
        new(["l", "Right"], Around, "into what is selected", GoIn) { IsThere = () => _front != PaneName.Details },
        new(["h", "Left"], Around, "out of it", GoOut) { IsThere = () => _front != PaneName.Details },
        new(["Esc"], Around, "back: close, unzoom, unmark, show all, the jobs", GoBack),
        new(["t"], OnScreen, "the next theme", NextTheme),
        new(["M"], OnScreen, "mouse on and off (off, the terminal selects text)", ToggleMouse),
        new(["^R", "F5"], OnScreen, "look again now", _desk.Feed.Refresh),
        new(["q", "^Q", "^C"], OnScreen, "leave", () => App?.RequestStop(this)) { Hint = "leave" },
    ];

    private void Zoom(bool isZoomed)
    {
        _isZoomed = isZoomed;
        Front(_front);
    }

    private void GoIn()
    {
        if (_front == PaneName.Functions && CurrentFunction is { IsVersion: false, IsOpen: false })
            ToggleFunction();
        else
            Front(PaneName.Details);
    }

    private void GoOut()
    {
        if (_front != PaneName.Functions || CurrentFunction is not { } row)
            return;
        if (row.IsVersion)
            _functions.GoTo(row.Function.Name);
        else if (row.IsOpen)
            ToggleFunction();
    }

    /// <summary>One step back to the screen as it was at first.</summary>
    private void GoBack()
    {
        if (_isZoomed)
            Zoom(false);
        else if (_front == PaneName.Details)
            Front(_details.Subject switch { FunctionSubject => PaneName.Functions, NodeSubject => PaneName.Nodes, _ => PaneName.Jobs });
        else if (_front == PaneName.Jobs && _jobs.Marks.Count > 0)
            _jobs.Marks.Clear();
        else if (_front == PaneName.Jobs && !_query.IsAll)
            FilterJobs("");
        else if (_front == PaneName.Functions && _functionFilter.Length > 0)
            FilterFunctions("");
        else if (_front == PaneName.Nodes && _nodeFilter.Length > 0)
            FilterNodes("");
        else
            Front(PaneName.Jobs);
        SetNeedsDraw();
    }

    private void MarkAll()
    {
        _jobs.MarkAll();
        SetNeedsDraw();
    }

    private void NextOrder()
    {
        _order = (JobOrder)(((int)_order + 1) % Enum.GetValues<JobOrder>().Length);
        Show(_snapshot);
    }

    private void NextTheme()
    {
        var all = Themes.All;
        var next = all[(all.ToList().IndexOf(_desk.Theme.Current) + 1) % all.Count];
        _desk.Theme.Choose(next);
        Say(_desk.KeepTheme(next) ?? $"theme {next.Name}");
    }

    private void ToggleMouse()
    {
        if (App?.Mouse is not { } mouse)
            return;
        mouse.IsMouseDisabled = !mouse.IsMouseDisabled;
        Say($"mouse {(mouse.IsMouseDisabled ? "off: the terminal selects text" : "on")}");
    }

    private void CopyCommand()
    {
        if (Equivalent() is not { Length: > 0 } command)
            return;
        Copy(command);
        Say($"copied: {command}");
    }

    // OSC 52: the terminal puts it on the clipboard of the machine that the person sits at, also over ssh.
    private void Copy(string text) => App?.Driver?.WriteRaw($"\x1b]52;c;{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}\a");
}
