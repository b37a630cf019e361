using MiniLambda.Workbench.Screens.Lines;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;

namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>What keys and the mouse do.</summary>
public sealed partial class ManifestEditor
{
    private const int WheelStep = 3;

    private string _clip = "";

    protected override bool OnKeyDown(Key key)
    {
        _message = "";
        if (_prompt is { } prompt)
        {
            // Enter may have asked the next question.
            if (!prompt.Take(key) && _prompt == prompt)
                _prompt = null;
            AfterKey();
            return true;
        }

        if (!TakeMove(key) && !TakeCommand(key) && !TakeEdit(key))
            return false;
        AfterKey();
        return true;
    }

    /// <summary>Takes what the terminal says was pasted.</summary>
    protected override bool OnPaste(string text)
    {
        if (_prompt is { } prompt)
            prompt.Add(text);
        else
            Paste(text);
        AfterKey();
        return true;
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (mouse.Flags.HasFlag(MouseFlags.WheeledDown) || mouse.Flags.HasFlag(MouseFlags.WheeledUp))
        {
            var rows = mouse.Flags.HasFlag(MouseFlags.WheeledDown) ? WheelStep : -WheelStep;
            _topLine = Math.Clamp(_topLine + rows, 0, Math.Max(0, _document.Lines.Count - PageHeight));
            SetNeedsDraw();
            return true;
        }

        if (!mouse.Flags.HasFlag(MouseFlags.LeftButtonPressed) || mouse.Position is not { } position)
            return false;
        SetFocus();
        if (position.Y >= PageHeight)
            return true;
        var line = Math.Min(_topLine + position.Y, _document.Lines.Count - 1);
        var column = TextMotions.AtScreenColumn(_document.Lines[line], Math.Max(0, position.X - GutterWidth + _leftColumn));
        var isDrag = mouse.Flags.HasFlag(MouseFlags.PositionReport) || mouse.Flags.HasFlag(MouseFlags.Shift);
        _document.MoveTo(new TextPosition(line, column), isDrag);
        AfterKey();
        return true;
    }

    private bool TakeMove(Key key)
    {
        var extends = key.IsShift;
        switch (key.KeyCode & ~KeyCode.ShiftMask)
        {
            case KeyCode.CursorLeft:
                _document.Move(TextMotion.Left, extends);
                return true;
            case KeyCode.CursorRight:
                _document.Move(TextMotion.Right, extends);
                return true;
            case KeyCode.CursorLeft | KeyCode.CtrlMask:
                _document.Move(TextMotion.WordLeft, extends);
                return true;
            case KeyCode.CursorRight | KeyCode.CtrlMask:
                _document.Move(TextMotion.WordRight, extends);
                return true;
            case KeyCode.CursorUp:
                _document.MoveRows(-1, extends);
                return true;
            case KeyCode.CursorDown:
                _document.MoveRows(1, extends);
                return true;
            case KeyCode.PageUp:
                _document.MoveRows(-PageHeight, extends);
                return true;
            case KeyCode.PageDown:
                _document.MoveRows(PageHeight, extends);
                return true;
            case KeyCode.Home:
                _document.Move(TextMotion.LineStart, extends);
                return true;
            case KeyCode.End:
                _document.Move(TextMotion.LineEnd, extends);
                return true;
            case KeyCode.Home | KeyCode.CtrlMask:
                _document.Move(TextMotion.Start, extends);
                return true;
            case KeyCode.End | KeyCode.CtrlMask:
                _document.Move(TextMotion.End, extends);
                return true;
            default:
                return false;
        }
    }

    private bool TakeCommand(Key key)
    {
        switch (key.KeyCode)
        {
            case KeyCode.S | KeyCode.CtrlMask:
                Save();
                return true;
            case KeyCode.Z | KeyCode.CtrlMask:
                if (!_document.Undo())
                    Say("nothing to undo");
                return true;
            case KeyCode.Y | KeyCode.CtrlMask:
            case KeyCode.Z | KeyCode.CtrlMask | KeyCode.ShiftMask:
                if (!_document.Redo())
                    Say("nothing to redo");
                return true;
            case KeyCode.A | KeyCode.CtrlMask:
                _document.SelectAll();
                return true;
            case KeyCode.C | KeyCode.CtrlMask:
                Copy();
                return true;
            case KeyCode.X | KeyCode.CtrlMask:
                if (Copy())
                    _document.Delete(TextMotion.Right);
                return true;
            case KeyCode.V | KeyCode.CtrlMask:
                Paste(_clip);
                return true;
            case KeyCode.K | KeyCode.CtrlMask:
                _document.DeleteLines();
                return true;
            case KeyCode.F | KeyCode.CtrlMask:
                _prompt = new StatusPrompt("find: ", _search?.Pattern ?? "", Find);
                return true;
            case KeyCode.G | KeyCode.CtrlMask:
                _prompt = new StatusPrompt("line: ", "", GoToLine);
                return true;
            case KeyCode.F3:
                FindNext(backwards: false);
                return true;
            case KeyCode.F3 | KeyCode.ShiftMask:
                FindNext(backwards: true);
                return true;
            case KeyCode.F8:
                NextFault();
                return true;
            case KeyCode.Esc when _search is not null:
                _search = null;
                return true;
            case KeyCode.Esc when _document.Anchor is not null:
                _document.MoveTo(_document.Cursor);
                return true;
            default:
                return false;
        }
    }

    private bool TakeEdit(Key key)
    {
        switch (key.KeyCode)
        {
            case KeyCode.Enter:
                _document.NewLine();
                return true;
            case KeyCode.Tab:
                _document.Tab();
                return true;
            case KeyCode.Backspace:
                _document.Delete(TextMotion.Left);
                return true;
            case KeyCode.Delete:
                _document.Delete(TextMotion.Right);
                return true;
            case KeyCode.Backspace | KeyCode.CtrlMask:
            case KeyCode.W | KeyCode.CtrlMask:
                _document.Delete(TextMotion.WordLeft);
                return true;
            case KeyCode.Delete | KeyCode.CtrlMask:
                _document.Delete(TextMotion.WordRight);
                return true;
        }

        if (key.IsCtrl || key.IsAlt || !key.TryGetPrintableRune(out var rune))
            return false;
        if (_document.Text.Length >= MaxLength)
            Say(TooLong);
        else
            _document.Type(rune.ToString());
        return true;
    }

    private static string TooLong => $"not taken: a manifest has at most {MaxLength >> 10} KiB";

    private bool Copy()
    {
        if (_document.Selection.IsEmpty)
            return false;
        _clip = _document.TextIn(_document.Selection);
        Copied?.Invoke(_clip);
        return true;
    }

    private void Paste(string text)
    {
        if (_document.Text.Length + text.Length > MaxLength)
            Say(TooLong);
        else
            _document.Insert(text.Replace("\t", new string(' ', TextDocument.Indent), StringComparison.Ordinal));
    }

    private void Find(string pattern)
    {
        _search = pattern.Length == 0 ? null : new LineSearch(pattern);
        if (_search is not null)
            FindNext(backwards: false);
    }

    private void FindNext(bool backwards)
    {
        if (_search is not { } search)
            return;
        var start = _document.Selection.Start;
        var matches = _document.Lines.SelectMany((line, number) => search.In(line).Select(at => new TextPosition(number, at))).ToArray();
        if (matches.Length == 0)
        {
            Say($"not found: {search.Pattern}");
            return;
        }

        // Around the end, as far as needed.
        var isSelected = !_document.Selection.IsEmpty;
        var next = backwards
            ? matches.LastOrDefault(m => m < start, matches[^1])
            : matches.FirstOrDefault(m => isSelected ? m > start : m >= start, matches[0]);
        _document.MoveTo(next);
        _document.MoveTo(next with { Column = next.Column + search.Pattern.Length }, extends: true);
        Say($"{Array.IndexOf(matches, next) + 1} of {matches.Length} · F3 next");
    }

    private void GoToLine(string answer)
    {
        if (int.TryParse(answer, out var number))
            _document.MoveTo(new TextPosition(Math.Max(0, number - 1), 0));
        else
            Say($"not a line number: {answer}");
    }

    private void NextFault()
    {
        if (_faults.Count == 0)
            return;
        var cursor = _document.Cursor;
        var next = _faults.FirstOrDefault(f => new TextPosition(f.Line, f.Start) > cursor, _faults[0]);
        _document.MoveTo(new TextPosition(next.Line, next.Start));
    }
}
