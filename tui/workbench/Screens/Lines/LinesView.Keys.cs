using Terminal.Gui.Drivers;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens.Lines;

/// <summary>What keys and the mouse do.</summary>
public abstract partial class LinesView
{
    private const int ColumnStep = 8;
    private const int WheelStep = 3;

    /// <summary>Takes a key that this kind of view has for itself.</summary>
    protected virtual bool Take(Key key) => false;

    protected override bool OnKeyDown(Key key)
    {
        if (_prompt is { } prompt)
        {
            // Enter may have asked the next question.
            if (!prompt.Take(key) && _prompt == prompt)
                _prompt = null;
            SetNeedsDraw();
            return true;
        }

        return Take(key) || TakeMove(key) || TakeText(key);
    }

    protected override bool OnPaste(string text)
    {
        _prompt?.Add(text);
        SetNeedsDraw();
        return _prompt is not null;
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (mouse.Flags.HasFlag(MouseFlags.WheeledDown))
            return Scroll(WheelStep);
        if (mouse.Flags.HasFlag(MouseFlags.WheeledUp))
            return Scroll(-WheelStep);
        if (!mouse.Flags.HasFlag(MouseFlags.LeftButtonPressed) || mouse.Position is not { } position)
            return false;
        SetFocus();
        if (LineAt(position.Y) is not { } line)
            return true;
        var isDrag = mouse.Flags.HasFlag(MouseFlags.PositionReport) || mouse.Flags.HasFlag(MouseFlags.Shift);
        MoveTo(line, isDrag);
        return true;
    }

    private bool TakeMove(Key key)
    {
        var extends = key.IsShift && !key.IsAlt && !key.IsCtrl;
        switch (key.KeyCode & ~KeyCode.ShiftMask)
        {
            case KeyCode.CursorDown:
                return MoveTo(CursorLine + 1, extends);
            case KeyCode.CursorUp:
                return MoveTo(CursorLine - 1, extends);
            case KeyCode.PageDown:
                return MoveTo(CursorLine + PageHeight, extends);
            case KeyCode.PageUp:
                return MoveTo(CursorLine - PageHeight, extends);
            case KeyCode.Home:
            case KeyCode.Home | KeyCode.CtrlMask:
                return MoveTo(0, extends);
            case KeyCode.End:
            case KeyCode.End | KeyCode.CtrlMask:
                return MoveTo(LineCount - 1, extends);
            case KeyCode.CursorRight when !Wraps:
                return MoveSideways(ColumnStep);
            case KeyCode.CursorLeft when !Wraps:
                return MoveSideways(-ColumnStep);
            case KeyCode.Esc when SelectionAnchor is not null:
                SelectionAnchor = null;
                SetNeedsDraw();
                return true;
            case KeyCode.Esc when Search is not null:
                Search = null;
                return true;
            case KeyCode.C | KeyCode.CtrlMask:
                return Copy();
            default:
                return false;
        }
    }

    private bool TakeText(Key key)
    {
        switch (key.IsCtrl || key.IsAlt ? 0 : key.AsRune.Value)
        {
            case 'j':
                return MoveTo(CursorLine + 1, false);
            case 'k':
                return MoveTo(CursorLine - 1, false);
            case 'J':
                return MoveTo(CursorLine + 1, true);
            case 'K':
                return MoveTo(CursorLine - 1, true);
            case 'g':
                return MoveTo(0, false);
            case 'G':
                return MoveTo(LineCount - 1, false);
            case 'h' when !Wraps:
                return MoveSideways(-ColumnStep);
            case 'l' when !Wraps:
                return MoveSideways(ColumnStep);
            case 'w':
                Wraps = !Wraps;
                return true;
            case 'y':
                return Copy();
            case '/':
                Ask(new StatusPrompt("/", "", pattern => Find(pattern)));
                return true;
            case 'n' when Search is not null:
                FindNext();
                return true;
            case 'N' when Search is not null:
                FindNext(backwards: true);
                return true;
            default:
                return false;
        }
    }

    private bool MoveTo(int line, bool extends)
    {
        SelectionAnchor = extends ? SelectionAnchor ?? CursorLine : null;
        OnNavigating();
        GoTo(line);
        return true;
    }

    private bool MoveSideways(int columns)
    {
        LeftColumn = Math.Max(0, LeftColumn + columns);
        SetNeedsDraw();
        return true;
    }

    private bool Scroll(int rows)
    {
        OnNavigating();
        if (rows > 0)
            _scroll.Down(rows, LineCount, PageHeight);
        else
            _scroll.Up(-rows);
        SetNeedsDraw();
        return true;
    }

    private bool Copy()
    {
        if (LineCount > 0)
            Copied?.Invoke(SelectedText());
        return true;
    }

    private int? LineAt(int y)
    {
        if (y >= PageHeight)
            return null;
        var row = -_scroll.Row;
        for (var line = _scroll.Line; line < LineCount; line++)
        {
            row += RowsOf(line);
            if (y < row)
                return line;
        }

        return null;
    }
}
