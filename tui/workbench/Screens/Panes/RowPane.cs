using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Screens.Theming;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace MiniLambda.Workbench.Screens.Panes;

/// <summary>
/// Rows that are made when they come into sight. With a cursor it stays on its row, known by its key, while others come and go; without one the pane
/// scrolls. Rows may be marked.
/// </summary>
public sealed class RowPane : View
{
    private readonly ActiveTheme _theme;
    private RowSource _rows = RowSource.None;
    private int _cursor;
    private int _top;
    private int _left;

    public RowPane(ActiveTheme theme)
    {
        _theme = theme;
        CanFocus = true;
    }

    /// <summary>Whether one row is the current one.</summary>
    public bool HasCursor { get; init; } = true;

    /// <summary>Whether rows can be marked.</summary>
    public bool HasMarks { get; init; }

    /// <summary>Whether what is shown may no longer be so.</summary>
    public bool IsStale { get; set; }

    /// <summary>Said in the middle when there are no rows.</summary>
    public IReadOnlyList<string> WhenEmpty { get; set; } = [];

    /// <summary>Keys of the marked rows.</summary>
    public HashSet<string> Marks { get; } = [];

    /// <summary>The key of the current row; empty when there is none.</summary>
    public string CursorKey { get; private set; } = "";

    public int CursorRow => _cursor;

    /// <summary>The row that follows the last that is seen.</summary>
    public int SeenEnd => _top + SeenRows();

    /// <summary>The cursor came to another row.</summary>
    public event Action? Moved;

    /// <summary>A row was opened.</summary>
    public event Action? Opened;

    /// <summary>Takes other rows; the cursor stays with its key, and on the first row as long as it stands there untouched.</summary>
    public void Show(RowSource rows)
    {
        var (isFirst, key) = (_cursor == 0 && _top == 0 && !rows.KeepsFirst, CursorKey);
        _rows = rows;
        if (HasCursor)
        {
            var found = isFirst && Marks.Count == 0 ? 0 : rows.IndexOf(key);
            Place(found >= 0 ? found : _cursor, isTold: false);
            if (CursorKey != key)
                Moved?.Invoke();
        }

        Settle();
        SetNeedsDraw();
    }

    /// <summary>Goes to the row of a key, if it is there.</summary>
    public bool GoTo(string key)
    {
        var index = _rows.IndexOf(key);
        if (index < 0)
            return false;
        Place(index, isTold: true);
        return true;
    }

    /// <summary>Marks every row, or none if all are marked.</summary>
    public void MarkAll()
    {
        var keys = Enumerable.Range(0, _rows.Count).Select(_rows.Key).ToList();
        if (keys.All(Marks.Contains))
            Marks.Clear();
        else
            Marks.UnionWith(keys);
        SetNeedsDraw();
    }

    /// <summary>Moves the cursor, or scrolls.</summary>
    public void MoveBy(int rows) => Step(rows);

    /// <summary>Scrolls to the first row.</summary>
    public void ToStart()
    {
        (_top, _left) = (0, 0);
        Place(0, isTold: false);
        SetNeedsDraw();
    }

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        var theme = _theme.Current;
        var (width, y) = (Viewport.Width, 0);
        if (_rows.Header is { } header)
            LinePainter.Draw(this, theme, 0, y++, width, header, _left);
        if (_rows.Count == 0)
            DrawEmpty(theme, y);
        for (var i = _top; i < _rows.Count && y < Viewport.Height; i++, y++)
        {
            var isCurrent = HasCursor && i == _cursor;
            var ground = isCurrent && HasFocus ? theme[ThemeRole.Selection] : (Terminal.Gui.Drawing.Attribute?)null;
            LinePainter.Draw(this, theme, 0, y, width, _rows.Line(i), HasCursor ? 0 : _left, ground, IsStale);
            if (!isCurrent)
                continue;
            SetAttribute(LinePainter.On(theme[ThemeRole.Running], ground));
            AddStr(0, y, Marks.Contains(_rows.Key(i)) ? "*" : "›");
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool OnKeyDown(Key key)
    {
        var page = Math.Max(1, SeenRows() - 1);
        switch (KeyNames.Of(key))
        {
            case "j" or "Down":
                Step(1);
                return true;
            case "k" or "Up":
                Step(-1);
                return true;
            case "PgDn" or "^F":
                Step(page);
                return true;
            case "PgUp" or "^B":
                Step(-page);
                return true;
            case "^D":
                Step(page / 2);
                return true;
            case "^U":
                Step(-page / 2);
                return true;
            case "g" or "Home":
                Step(-_rows.Count - 1);
                return true;
            case "G" or "End":
                Step(_rows.Count + 1);
                return true;
            case "S-Right" when !HasCursor:
                _left += 8;
                break;
            case "S-Left" when !HasCursor:
                _left = Math.Max(0, _left - 8);
                break;
            case "Space" when HasMarks && CursorKey.Length > 0:
                if (!Marks.Remove(CursorKey))
                    Marks.Add(CursorKey);
                Step(1);
                break;
            case "Enter" when Opened is not null:
                Opened();
                return true;
            default:
                return false;
        }

        SetNeedsDraw();
        return true;
    }

    /// <inheritdoc/>
    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (mouse.Flags.HasFlag(MouseFlags.WheeledDown) || mouse.Flags.HasFlag(MouseFlags.WheeledUp))
        {
            Scroll(mouse.Flags.HasFlag(MouseFlags.WheeledDown) ? 3 : -3);
            return true;
        }

        if (!mouse.IsSingleClicked && !mouse.IsDoubleClicked)
            return false;
        SetFocus();
        var row = _top + (mouse.Position?.Y ?? 0) - (_rows.Header is null ? 0 : 1);
        if (HasCursor && row >= 0 && row < _rows.Count)
        {
            Place(row, isTold: true);
            if (mouse.IsDoubleClicked)
                Opened?.Invoke();
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void OnHasFocusChanged(bool newHasFocus, View? previousFocusedView, View? focusedView) => SetNeedsDraw();

    /// <inheritdoc/>
    protected override void OnFrameChanged(in System.Drawing.Rectangle frame) => Settle();

    private int SeenRows() => Math.Max(1, Viewport.Height - (_rows.Header is null ? 0 : 1));

    private void Step(int rows)
    {
        if (HasCursor)
            Place(_cursor + rows, isTold: true);
        else
            Scroll(rows);
    }

    private void Scroll(int rows)
    {
        _top = Math.Clamp(_top + rows, 0, Math.Max(0, _rows.Count - SeenRows()));
        if (HasCursor)
            Place(Math.Clamp(_cursor, _top, _top + SeenRows() - 1), isTold: true);
        SetNeedsDraw();
    }

    private void Place(int index, bool isTold)
    {
        _cursor = Math.Clamp(index, 0, Math.Max(0, _rows.Count - 1));
        var before = CursorKey;
        CursorKey = HasCursor && _rows.Count > 0 ? _rows.Key(_cursor) : "";
        Settle();
        SetNeedsDraw();
        if (isTold && before != CursorKey)
            Moved?.Invoke();
    }

    private void Settle()
    {
        var height = SeenRows();
        if (HasCursor)
            _top = Math.Clamp(_top, Math.Max(0, _cursor - height + 1), Math.Max(0, _cursor));
        _top = Math.Clamp(_top, 0, Math.Max(0, _rows.Count - height));
    }

    private void DrawEmpty(Theme theme, int y)
    {
        foreach (var text in WhenEmpty.Take(Math.Max(0, Viewport.Height - y - 1)))
            LinePainter.Draw(this, theme, 1, ++y, Viewport.Width - 1, ScreenLine.Of(text, ThemeRole.Muted));
    }
}
