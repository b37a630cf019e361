using System.Drawing;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>A form for a new job, with the command that does the same below it.</summary>
internal sealed class LaunchOverlay : Overlay
{
    private const int LabelWidth = 12;

    private static readonly (string Label, string Remark)[] Fields =
    [
        ("function", "^N and ^P go through those there are"),
        ("arguments", "as in a shell"),
        ("input text", "its stdin"),
        ("input file", "or a file of this machine"),
        ("memory", "such as 64MiB"),
        ("timeout", "such as 30s"),
        ("priority", "-100 to 100"),
        ("labels", "k=v that the node must bear"),
        ("environment", "K=V"),
    ];

    private readonly InputField[] _fields;
    private readonly Func<LaunchSpec, string> _command;
    private readonly Action<LaunchSpec> _launch;
    private IReadOnlyList<string> _names = [];

    /// <param name="command">The command of a spec, as it is shown.</param>
    public LaunchOverlay(ActiveTheme theme, string function, Func<LaunchSpec, string> command, Action<LaunchSpec> launch)
        : base(theme, " Launch a job ")
    {
        (_command, _launch) = (command, launch);
        _fields = [.. Fields.Select((_, i) => new InputField(theme) { X = LabelWidth + 2, Y = i + 1, Width = Dim.Fill(1), Pressed = Press })];
        _fields[0].Set(function);
        foreach (var field in _fields)
        {
            field.TextChanged += (_, _) => SetNeedsDraw();
            Add(field);
        }
    }

    /// <summary>What the form says now.</summary>
    public LaunchSpec Spec => new()
    {
        Function = _fields[0].Text,
        Args = _fields[1].Text,
        InputText = _fields[2].Text,
        InputFile = _fields[3].Text,
        Memory = _fields[4].Text,
        Timeout = _fields[5].Text,
        Priority = _fields[6].Text,
        Labels = _fields[7].Text,
        Env = _fields[8].Text,
    };

    /// <inheritdoc/>
    public override Rectangle Place(Size screen) => Middle(screen, Math.Min(84, screen.Width - 2), Fields.Length + 8);

    /// <inheritdoc/>
    public override void Begin() => _fields[_fields[0].Text.Length > 0 ? 1 : 0].SetFocus();

    /// <inheritdoc/>
    public override void Show(Snapshot snapshot) => _names = [.. snapshot.Functions.Select(f => f.Name)];

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        var (theme, width) = (Theme.Current, Viewport.Width);
        for (var i = 0; i < Fields.Length; i++)
        {
            var isHere = _fields[i].HasFocus;
            LinePainter.Draw(this, theme, 0, i + 1, LabelWidth + 2, ScreenLine.Of($" {Fields[i].Label}", isHere ? ThemeRole.Heading : ThemeRole.Muted));
        }

        var spec = Spec;
        var problem = spec.Problem();
        var here = Array.FindIndex(_fields, f => f.HasFocus);
        LinePainter.Draw(this, theme, 1, Fields.Length + 1, width - 1, ScreenLine.Of(here >= 0 ? $"{new string(' ', LabelWidth + 1)}{Fields[here].Remark}" : "", ThemeRole.Comment));
        LinePainter.Draw(this, theme, 1, Fields.Length + 3, width - 1, new ScreenLine().Add("$ ", ThemeRole.Muted).Add(ScreenLine.Fit(_command(spec), width - 4), ThemeRole.Text));
        LinePainter.Draw(
            this, theme, 1, Fields.Length + 5, width - 1,
            problem.Length > 0 && spec.Function.Length > 0
                ? ScreenLine.Of(problem, ThemeRole.Failed)
                : new ScreenLine().Add("Enter", ThemeRole.Heading).Add(" launches   ", ThemeRole.Muted).Add("Tab", ThemeRole.Heading).Add(" next field   ", ThemeRole.Muted)
                    .Add("Esc", ThemeRole.Heading).Add(" gives up", ThemeRole.Muted));
        return true;
    }

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        switch (key)
        {
            case "Tab" or "Down":
                Step(1);
                return true;
            case "S-Tab" or "Up":
                Step(-1);
                return true;
            case "^N":
                Cycle(1);
                return true;
            case "^P":
                Cycle(-1);
                return true;
            case "Enter":
                if (Spec.Problem().Length == 0)
                {
                    var spec = Spec;
                    Close();
                    _launch(spec);
                }

                return true;
            case "Esc":
                Close();
                return true;
            default:
                return false;
        }
    }

    private void Step(int by)
    {
        var here = Array.FindIndex(_fields, f => f.HasFocus);
        _fields[(here + by + _fields.Length) % _fields.Length].SetFocus();
        SetNeedsDraw();
    }

    private void Cycle(int by)
    {
        if (_names.Count == 0)
            return;
        var here = _names.ToList().IndexOf(_fields[0].Text);
        _fields[0].Set(_names[here < 0 ? 0 : (here + by + _names.Count) % _names.Count]);
        _fields[0].SetFocus();
    }
}
