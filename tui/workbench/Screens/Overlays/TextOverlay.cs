using System.Drawing;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>Lines to be read.</summary>
internal sealed class TextOverlay : Overlay
{
    private readonly int _width;
    private readonly int _height;

    public TextOverlay(ActiveTheme theme, string title, IReadOnlyList<ScreenLine> lines)
        : base(theme, $" {title} ")
    {
        (_width, _height) = (Math.Max(title.Length + 8, lines.Select(l => l.Width).DefaultIfEmpty(20).Max() + 4), lines.Count + 2);
        var pane = new RowPane(theme) { HasCursor = false, Width = Dim.Fill(), Height = Dim.Fill() };
        pane.Show(RowSource.Of(lines));
        Add(pane);
    }

    /// <inheritdoc/>
    public override Rectangle Place(Size screen) => Middle(screen, Math.Min(_width, screen.Width - 4), Math.Min(_height, screen.Height - 4));

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        if (key is "q" or "Enter")
            Close();
        return false;
    }
}
