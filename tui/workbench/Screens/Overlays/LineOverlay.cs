using System.Drawing;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>Asks for one line, at the foot of the screen; what it leads to is told while it is typed.</summary>
internal sealed class LineOverlay : Overlay
{
    private readonly string _sign;
    private readonly InputField _field;
    private readonly Func<string, string> _typed;
    private readonly Func<string, string> _entered;
    private readonly string _before;
    private string _remark;

    /// <param name="sign">Stands before the line.</param>
    /// <param name="rule">What can be typed.</param>
    /// <param name="typed">Told every change; says what is wrong, or nothing.</param>
    /// <param name="entered">Told when it is done; says what is wrong, or nothing.</param>
    public LineOverlay(ActiveTheme theme, string sign, string text, string rule, Func<string, string> typed, Func<string, string> entered)
        : base(theme, "")
    {
        BorderStyle = null;
        (_sign, _typed, _entered, _before, _remark) = (sign, typed, entered, text, rule);
        Rule = rule;
        _field = new InputField(theme) { X = sign.Length + 2, Width = Dim.Fill(1), Pressed = Press };
        _field.Set(text);
        _field.TextChanged += (_, _) => Typed();
        Add(_field);
    }

    private string Rule { get; }

    /// <inheritdoc/>
    public override Rectangle Place(Size screen) => new(0, Math.Max(0, screen.Height - 2), screen.Width, Math.Min(2, screen.Height));

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        LinePainter.Draw(this, Theme.Current, 0, 0, _sign.Length + 2, ScreenLine.Of($" {_sign}", ThemeRole.Heading));
        var role = _remark == Rule ? ThemeRole.Muted : ThemeRole.Failed;
        LinePainter.Draw(this, Theme.Current, 0, 1, Viewport.Width, ScreenLine.Of($" {_remark}", role));
        return true;
    }

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        switch (key)
        {
            case "Enter":
                _remark = _entered(_field.Text);
                if (_remark.Length == 0)
                    Close();
                SetNeedsDraw();
                return true;
            case "Esc":
                _typed(_before);
                Close();
                return true;
            default:
                return false;
        }
    }

    private void Typed()
    {
        var problem = _typed(_field.Text);
        _remark = problem.Length > 0 ? problem : Rule;
        SetNeedsDraw();
    }
}
