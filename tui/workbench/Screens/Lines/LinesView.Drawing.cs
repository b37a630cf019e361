using System.Runtime.InteropServices;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Lines;

/// <summary>What is drawn: only what is seen.</summary>
public abstract partial class LinesView
{
    private readonly List<TextCell> _cells = [];
    private readonly List<int> _starts = [];
    private ThemeRole[] _roles = new ThemeRole[256];

    protected override bool OnClearingViewport()
    {
        SetAttribute(Theme.Current[ThemeRole.Plain]);
        return false;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        var (width, height) = (Viewport.Width, Viewport.Height);
        if (LineCount == 0)
            RowPainter.Paint(this, 0, 0, width, EmptyText, ThemeRole.Muted, Theme.Current);
        var y = 0;
        for (var line = _scroll.Line; line < LineCount && y < PageHeight; line++)
            y += DrawLine(line, line == _scroll.Line ? _scroll.Row : 0, y);
        if (HasStatusRow)
            RowPainter.Paint(this, 0, height - 1, width, _prompt?.Shown ?? StatusLine(), ThemeRole.Muted, Theme.Current);
        return true;
    }

    private int DrawLine(int line, int firstRow, int y)
    {
        var text = TextAt(line);
        var prefix = PrefixAt(line);
        TextCell.Layout(text, _cells);
        var roles = Roles(line, text);
        if (firstRow == 0)
            RowPainter.Paint(this, 0, y, Viewport.Width, prefix, PrefixRole(line), Theme.Current);
        var x = PrefixWidth(prefix);
        var room = Viewport.Width - x;
        if (room <= 0)
            return 1;
        var cells = CollectionsMarshal.AsSpan(_cells);
        if (!Wraps)
        {
            RowPainter.Paint(this, x, y, room, text, cells, LeftColumn, roles, Theme.Current);
            return 1;
        }

        TextCell.Wrap(_cells, room, _starts);
        for (var row = firstRow; row < _starts.Count && y + row - firstRow < PageHeight; row++)
        {
            var part = cells[_starts[row]..(row + 1 < _starts.Count ? _starts[row + 1] : cells.Length)];
            if (!part.IsEmpty)
                RowPainter.Paint(this, x, y + row - firstRow, room, text, part, part[0].Column, roles, Theme.Current);
        }

        return _starts.Count - firstRow;
    }

    private Span<ThemeRole> Roles(int line, string text)
    {
        if (_roles.Length < text.Length)
            _roles = new ThemeRole[text.Length * 2];
        var roles = _roles.AsSpan(0, text.Length);
        roles.Clear();
        Colour(line, text, roles);
        var (first, last) = Selected();
        var isSelected = ShowsCursor && line >= first && line <= last;
        if (isSelected)
            roles.Fill(ThemeRole.Selection);
        foreach (var at in Search?.In(text) ?? [])
            roles.Slice(at, Search!.Pattern.Length).Fill(line == CursorLine ? ThemeRole.CurrentMatch : ThemeRole.Match);
        return roles;
    }

    private string StatusLine()
    {
        var status = StatusText;
        if (Search is not null)
            status += $" · /{Search.Pattern} ({(_isMissing ? "not found" : "n, N")})";
        if (SelectionAnchor is not null)
            status += $" · {Selected().Last - Selected().First + 1:N0} lines selected (y copies)";
        return status;
    }

    private int RowsOf(int line)
    {
        if (!Wraps)
            return 1;
        TextCell.Layout(TextAt(line), _cells);
        TextCell.Wrap(_cells, Math.Max(1, Viewport.Width - PrefixWidth(PrefixAt(line))), _starts);
        return _starts.Count;
    }

    private static int PrefixWidth(string prefix)
    {
        var cells = new List<TextCell>(prefix.Length);
        TextCell.Layout(prefix, cells);
        return cells.Count == 0 ? 0 : cells[^1].End;
    }
}
