using System.Drawing;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Panes;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Overlays;

/// <summary>Every key there is, to be searched; the one that is found can be run.</summary>
internal sealed class HelpOverlay : Overlay
{
    private readonly IReadOnlyList<HelpLine> _all;
    private readonly InputField _search;
    private readonly RowPane _list;
    private List<HelpLine> _found = [];

    public HelpOverlay(ActiveTheme theme, IReadOnlyList<HelpLine> all)
        : base(theme, " Help: type to search, Enter does it ")
    {
        _all = all;
        _search = new InputField(theme) { X = 2, Width = Dim.Fill(1), Pressed = Press };
        _search.TextChanged += (_, _) => Find();
        _list = new RowPane(theme) { Y = 2, Width = Dim.Fill(), Height = Dim.Fill(), CanFocus = false };
        _list.WhenEmpty = ["nothing is called that"];
        Add(_search, _list);
        Find();
    }

    /// <inheritdoc/>
    public override Rectangle Place(Size screen) => Middle(screen, Math.Min(90, screen.Width - 2), Math.Min(_all.Count + 5, screen.Height - 2));

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        LinePainter.Draw(this, Theme.Current, 0, 0, 2, ScreenLine.Of("/", ThemeRole.Heading));
        return true;
    }

    /// <inheritdoc/>
    protected override bool Press(string key)
    {
        switch (key)
        {
            case "Down" or "^N":
                _list.MoveBy(1);
                return true;
            case "Up" or "^P":
                _list.MoveBy(-1);
                return true;
            case "PgDn":
                _list.MoveBy(10);
                return true;
            case "PgUp":
                _list.MoveBy(-10);
                return true;
            case "Enter" when _list.CursorRow < _found.Count:
                var chosen = _found[_list.CursorRow];
                Close();
                if (chosen.IsThere)
                    chosen.Run();
                return true;
            case "Esc":
                Close();
                return true;
            default:
                return false;
        }
    }

    private void Find()
    {
        var words = _search.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _found = [.. _all.Where(line => words.All(w => $"{line.Keys} {line.Group} {line.Does}".Contains(w, StringComparison.OrdinalIgnoreCase)))];
        // What begins with the words is meant before what only holds them.
        if (words.Length > 0)
            _found = [.. _found.OrderBy(line => words.All(w => $" {line.Does}".Contains($" {w}", StringComparison.OrdinalIgnoreCase)) ? 0 : 1)];
        _list.Show(new RowSource(_found.Count, i => _found[i].Does, Line) { KeepsFirst = true });
        _list.ToStart();
    }

    private ScreenLine Line(int index)
    {
        var line = _found[index];
        var isFirst = index == 0 || _found[index - 1].Group != line.Group;
        return new ScreenLine().Add("  ").Cell(isFirst ? line.Group : "", 15, ThemeRole.Muted).Cell(line.Keys, 10, line.IsThere ? ThemeRole.Heading : ThemeRole.Muted)
            .Add(line.Does, line.IsThere ? ThemeRole.Plain : ThemeRole.Muted);
    }
}

/// <summary>A line of the help.</summary>
/// <param name="IsThere">Whether it can be done now.</param>
internal sealed record HelpLine(string Keys, string Group, string Does, bool IsThere, Action Run);
