using System.Globalization;
using System.Text;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>Lays the editor out in rows of a terminal's width.</summary>
/// <param name="width">Columns of the terminal.</param>
/// <param name="isStyled">Whether rows may bear colours; hints, which could not be told from what was typed, are left out without.</param>
internal sealed class FrameLayout(int width, bool isStyled)
{
    private const string Dim = "\u001b[2m";
    private const string Reverse = "\u001b[7m";
    private const string Reset = "\u001b[0m";
    private const string Continuation = "> ";
    private const int MaxMenuRows = 10;

    private readonly List<string> _rows = [];
    private readonly List<int> _widths = [];
    private readonly StringBuilder _row = new();
    private readonly int _width = Math.Max(width, 1);
    private int _column;

    /// <param name="height">Rows of the terminal.</param>
    public static Frame Of(LineEditor editor, string prompt, int width, int height, bool isStyled) =>
        new FrameLayout(width, isStyled).Lay(editor, prompt, Math.Max(height, 1));

    private Frame Lay(LineEditor editor, string prompt, int height)
    {
        var buffer = editor.Buffer;
        Append(editor.Search is { } search ? $"({(search.IsFailing ? "not found" : "search")}) '{search.Query}': " : prompt, "");
        Append(buffer.Before, "");
        // The cursor stands on what follows it, which may begin on the next row.
        var next = buffer.After.Length > 0 && buffer.After[0] != '\n' ? TextWidth.Of(StringInfo.GetNextTextElement(buffer.After)) : 1;
        if (_column + next > _width)
            EndRow();
        var (cursorRow, cursorColumn) = (_rows.Count, _column);
        Append(buffer.After, "");
        if (isStyled)
            Append(editor.Hint, Dim);
        EndRow();
        var free = height - _rows.Count;
        if (editor.Menu is { } menu && free > 0)
            LayMenu(menu, Math.Min(free, MaxMenuRows));
        var first = Math.Clamp(cursorRow - height + 1, 0, Math.Max(_rows.Count - height, 0));
        return new Frame([.. _rows.Skip(first).Take(height)], [.. _widths.Skip(first).Take(height)], cursorRow - first, cursorColumn);
    }

    private void LayMenu(SuggestionMenu menu, int rows)
    {
        var all = menu.Found.All;
        var isList = all.Any(s => s.Description.Length > 0);
        var cell = Math.Min(all.Max(s => TextWidth.Of(s.Value)) + 2, _width);
        var columns = isList ? 1 : Math.Max(1, _width / cell);
        var lines = (all.Count + columns - 1) / columns;
        var isCut = lines > rows;
        var shown = isCut ? Math.Max(rows - 1, 1) : lines;
        var first = Math.Clamp(Math.Max(menu.Selected, 0) / columns - shown / 2, 0, lines - shown);
        for (var line = first; line < first + shown; line++)
        {
            for (var i = line * columns; i < Math.Min((line + 1) * columns, all.Count); i++)
            {
                Cell(all[i].Value, cell, i == menu.Selected ? Reverse : "");
                if (isList)
                    Cell(all[i].Description, _width - _column, Dim);
            }

            EndRow();
        }

        if (!isCut || rows == 1)
            return;
        Cell($"… {all.Count} in all", _width, Dim);
        EndRow();
    }

    /// <summary>One text in so many columns, cut or filled up.</summary>
    private void Cell(string text, int columns, string style)
    {
        var used = 0;
        var fitting = new StringBuilder();
        foreach (var element in Elements(Domain.Text.Printable.Line(text)))
        {
            if (used + TextWidth.Of(element) > columns - 1)
                break;
            fitting.Append(element);
            used += TextWidth.Of(element);
        }

        Append(fitting.ToString(), style);
        Append(new string(' ', Math.Max(Math.Min(columns, _width - _column) - used, 0)), "");
    }

    private void Append(string text, string style)
    {
        if (text.Length == 0)
            return;
        Style(style);
        foreach (var element in Elements(text))
        {
            if (element is "\n" or "\r\n")
            {
                EndRow();
                Append(Continuation, "");
                Style(style);
                continue;
            }

            // A tab and what else would move the cursor is one blank.
            var shown = element.Length == 1 && char.IsControl(element[0]) ? " " : element;
            var columns = TextWidth.Of(shown);
            if (_column + columns > _width && _column > 0)
            {
                EndRow();
                Style(style);
            }

            _row.Append(shown);
            _column += columns;
        }

        if (isStyled && style.Length > 0)
            _row.Append(Reset);
    }

    private void Style(string style)
    {
        if (isStyled)
            _row.Append(style);
    }

    private void EndRow()
    {
        if (isStyled && _row.ToString().Contains('\u001b', StringComparison.Ordinal))
            _row.Append(Reset);
        _rows.Add(_row.ToString());
        _widths.Add(_column);
        _row.Clear();
        _column = 0;
    }

    private static IEnumerable<string> Elements(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, at);
            yield return text.Substring(at, length);
            at += length;
        }
    }
}
