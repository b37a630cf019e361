namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>
/// A text that is edited: its lines, the cursor, what is selected, and what can be undone. Knows no screen. Newlines are <c>\n</c>; the cursor always
/// stands between two characters of the text.
/// </summary>
public sealed class TextDocument
{
    /// <summary>Columns from one stop of the Tab key to the next, filled with spaces.</summary>
    public const int Indent = 2;

    private readonly EditHistory _history = new();
    private readonly List<string> _lines = [""];

    /// <summary>The column of the screen that moves up and down aim at; null after any other move.</summary>
    private int? _aim;

    public TextDocument(string text = "") => Load(text);

    /// <summary>At least one; none has a newline.</summary>
    public IReadOnlyList<string> Lines => _lines;

    public string Text => string.Join('\n', _lines);

    /// <summary>Grows with every change, undoing included.</summary>
    public int Version { get; private set; }

    public TextPosition Cursor { get; private set; }

    /// <summary>The other end of the selection; null when nothing is selected.</summary>
    public TextPosition? Anchor { get; private set; }

    public TextRange Selection => TextRange.Between(Cursor, Anchor ?? Cursor);

    public bool CanUndo => _history.CanUndo;

    public bool CanRedo => _history.CanRedo;

    /// <summary>Takes another text, of which nothing can be undone.</summary>
    public void Load(string text)
    {
        _lines.Clear();
        _lines.AddRange(Normal(text).Split('\n'));
        _history.Clear();
        (Cursor, Anchor, _aim) = (default, null, null);
        Version++;
    }

    /// <exception cref="ArgumentOutOfRangeException">The range lies outside of the text.</exception>
    public string TextIn(TextRange range)
    {
        if (range.Start.Line == range.End.Line)
            return _lines[range.Start.Line][range.Start.Column..range.End.Column];
        return string.Join('\n', _lines[range.Start.Line..(range.End.Line + 1)].Select((line, i) =>
            i == 0 ? line[range.Start.Column..] : i == range.End.Line - range.Start.Line ? line[..range.End.Column] : line));
    }

    /// <summary>Goes to a place, or to the nearest one that there is.</summary>
    /// <param name="extends">Selects what lies between.</param>
    public void MoveTo(TextPosition position, bool extends = false)
    {
        Anchor = extends ? Anchor ?? Cursor : null;
        Cursor = TextMotions.Clamp(_lines, position);
        if (Anchor == Cursor)
            Anchor = null;
        _aim = null;
        _history.Break();
    }

    public void Move(TextMotion motion, bool extends = false)
    {
        // Left and right leave a selection at its ends, as everywhere.
        if (!extends && !Selection.IsEmpty && motion is (TextMotion.Left or TextMotion.Right))
            MoveTo(motion == TextMotion.Left ? Selection.Start : Selection.End);
        else
            MoveTo(TextMotions.Go(_lines, Cursor, motion), extends);
    }

    /// <summary>Goes down, or up when negative.</summary>
    public void MoveRows(int rows, bool extends = false)
    {
        var aim = _aim ?? TextMotions.ScreenColumn(_lines[Cursor.Line], Cursor.Column);
        MoveTo(TextMotions.GoRows(_lines, Cursor, rows, aim), extends);
        _aim = aim;
    }

    public void SelectAll()
    {
        MoveTo(default);
        Move(TextMotion.End, extends: true);
    }

    /// <summary>Puts a text in the place of what is selected.</summary>
    public void Insert(string text) => Replace(Selection, Normal(text), isTyping: false);

    /// <summary>Puts one typed character in the place of what is selected; several in a row are undone at once.</summary>
    public void Type(string character) => Replace(Selection, character, isTyping: true);

    /// <summary>A new line, as far indented as this one.</summary>
    public void NewLine()
    {
        var line = _lines[Selection.Start.Line];
        var indent = line.Length - line.TrimStart(' ', '\t').Length;
        Replace(Selection, "\n" + line[..Math.Min(indent, Selection.Start.Column)], isTyping: false);
    }

    /// <summary>Spaces up to the next stop.</summary>
    public void Tab()
    {
        var column = TextMotions.ScreenColumn(_lines[Selection.Start.Line], Selection.Start.Column);
        Replace(Selection, new string(' ', Indent - column % Indent), isTyping: false);
    }

    /// <summary>Deletes what is selected, or what lies between the cursor and where a motion would take it.</summary>
    public void Delete(TextMotion motion) =>
        Replace(Selection.IsEmpty ? TextRange.Between(Cursor, TextMotions.Go(_lines, Cursor, motion)) : Selection, "", isTyping: false);

    /// <summary>Deletes the lines of the cursor or the selection whole.</summary>
    public void DeleteLines()
    {
        var (first, last) = (Selection.Start.Line, Selection.End.Line);
        var range = last + 1 < _lines.Count ? new TextRange(new(first, 0), new(last + 1, 0))
            : first > 0 ? new TextRange(new(first - 1, _lines[first - 1].Length), new(last, _lines[last].Length))
            : new TextRange(default, new(last, _lines[last].Length));
        Replace(range, "", isTyping: false);
    }

    /// <summary>Undoes the last change; false when there is none.</summary>
    public bool Undo()
    {
        if (_history.Undo() is not { } edit)
            return false;
        Splice(new TextRange(edit.At, edit.At.After(edit.Inserted)), edit.Removed);
        (Cursor, Anchor, _aim) = (edit.Before, null, null);
        return true;
    }

    /// <summary>Does again what was undone last; false when nothing was, or something else was done since.</summary>
    public bool Redo()
    {
        if (_history.Redo() is not { } edit)
            return false;
        Splice(new TextRange(edit.At, edit.At.After(edit.Removed)), edit.Inserted);
        (Cursor, Anchor, _aim) = (TextMotions.Clamp(_lines, edit.At.After(edit.Inserted)), null, null);
        return true;
    }

    private void Replace(TextRange range, string text, bool isTyping)
    {
        if (range.IsEmpty && text.Length == 0)
            return;
        var edit = new TextEdit(range.Start, TextIn(range), text, Cursor);
        Splice(range, text);
        _history.Add(edit, isTyping && text.Length > 0);
        // What was inserted may have become one character with what follows it.
        (Cursor, Anchor, _aim) = (TextMotions.Clamp(_lines, range.Start.After(text)), null, null);
    }

    private void Splice(TextRange range, string text)
    {
        var pieces = text.Split('\n');
        pieces[0] = _lines[range.Start.Line][..range.Start.Column] + pieces[0];
        pieces[^1] += _lines[range.End.Line][range.End.Column..];
        _lines.RemoveRange(range.Start.Line, range.End.Line - range.Start.Line + 1);
        _lines.InsertRange(range.Start.Line, pieces);
        Version++;
    }

    private static string Normal(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
