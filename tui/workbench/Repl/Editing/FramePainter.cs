using System.Text;

namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>What to write so that a terminal that shows one frame shows the next (ECMA-48 cursor movements, each frame in one piece).</summary>
internal sealed class FramePainter
{
    private Frame _shown = Frame.Empty;

    /// <summary>Puts a frame in the place of the one that is shown.</summary>
    public string Paint(Frame frame)
    {
        var text = new StringBuilder("\u001b[?25l");
        ToTop(text);
        text.Append("\u001b[J").AppendJoin("\r\n", frame.Rows);
        var down = frame.Rows.Count - 1 - frame.CursorRow;
        if (down > 0)
            text.Append($"\u001b[{down}A");
        text.Append('\r');
        if (frame.CursorColumn > 0)
            text.Append($"\u001b[{frame.CursorColumn}C");
        _shown = frame;
        return text.Append("\u001b[?25h").ToString();
    }

    /// <summary>Leaves what is shown where it is, and goes on in the row below it.</summary>
    /// <param name="mark">Written behind the last row, such as <c>^C</c>.</param>
    public string Leave(string mark)
    {
        var text = new StringBuilder();
        var down = _shown.Rows.Count - 1 - _shown.CursorRow;
        if (down > 0)
            text.Append($"\u001b[{down}B");
        text.Append('\r');
        if (mark.Length > 0 && _shown.Widths[^1] > 0)
            text.Append($"\u001b[{_shown.Widths[^1]}C");
        _shown = Frame.Empty;
        return text.Append(mark).Append("\r\n").ToString();
    }

    /// <summary>Empties the screen; the next frame stands at its top.</summary>
    public string Clear()
    {
        _shown = Frame.Empty;
        return "\u001b[H\u001b[2J";
    }

    /// <summary>Takes note that the terminal has become so wide: where it was made narrower, it has broken the rows that were too long.</summary>
    public void Resize(int width)
    {
        var rows = 0;
        var cursorRow = 0;
        for (var i = 0; i < _shown.Rows.Count; i++)
        {
            if (i == _shown.CursorRow)
                cursorRow = rows + _shown.CursorColumn / Math.Max(width, 1);
            rows += Math.Max(1, (_shown.Widths[i] + width - 1) / Math.Max(width, 1));
        }

        _shown = _shown with { CursorRow = cursorRow };
    }

    private void ToTop(StringBuilder text)
    {
        if (_shown.CursorRow > 0)
            text.Append($"\u001b[{_shown.CursorRow}A");
        text.Append('\r');
    }
}
