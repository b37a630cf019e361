using System.Drawing;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>Asks once before something is done that cannot be undone, and names what.</summary>
internal sealed class AskOverlay : Overlay
{
    private const int MaxNamed = 12;

    private readonly IReadOnlyList<string> _lines;
    private readonly string _answers;
    private readonly Action _yes;

    /// <param name="named">What it is done to, a line each.</param>
    public AskOverlay(ActiveTheme theme, string question, IReadOnlyList<string> named, Action yes)
        : base(theme, " Sure? ")
    {
        _yes = yes;
        _answers = "y yes   n no";
        var shown = named.Count <= MaxNamed ? named : [.. named.Take(MaxNamed - 1), $"and {named.Count - MaxNamed + 1} more"];
        _lines = [question, .. shown.Select(line => "  " + line)];
    }

    /// <inheritdoc/>
    public override Rectangle Place(Size screen) => Middle(screen, Math.Max(_answers.Length, _lines.Max(TextWidth.Of)) + 6, _lines.Count + 5);

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        var (theme, width) = (Theme.Current, Viewport.Width);
        for (var i = 0; i < _lines.Count && i + 1 < Viewport.Height; i++)
            LinePainter.Draw(this, theme, 1, i + 1, width - 1, ScreenLine.Of(" " + _lines[i], i == 0 ? ThemeRole.Heading : ThemeRole.Name));
        LinePainter.Draw(
            this, theme, 1, Viewport.Height - 1, width - 1,
            new ScreenLine().Add(" y", ThemeRole.Failed).Add(" yes   ").Add("n", ThemeRole.Heading).Add(" no"));
        return true;
    }

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        if (key is "n" or "N")
            Close();
        else if (key is "y" or "Y")
            Accept();
        return false;
    }

    /// <inheritdoc/>
    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (!mouse.IsSingleClicked || mouse.Position?.Y != Viewport.Height - 1)
            return false;
        if (mouse.Position?.X < 7)
            Accept();
        else
            Close();
        return true;
    }

    private void Accept()
    {
        Close();
        _yes();
    }
}
