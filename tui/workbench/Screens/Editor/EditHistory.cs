namespace MiniLambda.Workbench.Screens.Editor;

/// <summary>One change of a document: at a place, a text went and another came.</summary>
/// <param name="Before">Where the cursor was.</param>
public sealed record TextEdit(TextPosition At, string Removed, string Inserted, TextPosition Before);

/// <summary>The changes that can be undone and redone; the oldest are forgotten when there are too many.</summary>
public sealed class EditHistory
{
    public const int MaxEdits = 1000;

    /// <summary>UTF-16 units that all edits hold at most; one edit alone may be longer.</summary>
    public const int MaxUnits = 4 << 20;

    private readonly LinkedList<TextEdit> _done = [];
    private readonly Stack<TextEdit> _undone = [];
    private int _units;
    private bool _isTyping;

    public bool CanUndo => _done.Count > 0;

    public bool CanRedo => _undone.Count > 0;

    /// <summary>Remembers a change; characters that are typed one after the other are one change, up to the end of a word.</summary>
    public void Add(TextEdit edit, bool isTyping)
    {
        _undone.Clear();
        if (isTyping && _isTyping && _done.Last?.Value is { } last && Continues(last, edit))
        {
            _done.RemoveLast();
            _units -= Units(last);
            edit = last with { Inserted = last.Inserted + edit.Inserted };
        }

        _isTyping = isTyping;
        _done.AddLast(edit);
        _units += Units(edit);
        while (_done.Count > MaxEdits || _units > MaxUnits && _done.Count > 1)
        {
            _units -= Units(_done.First!.Value);
            _done.RemoveFirst();
        }
    }

    /// <summary>What is typed from now on is another change.</summary>
    public void Break() => _isTyping = false;

    public TextEdit? Undo()
    {
        Break();
        if (_done.Last?.Value is not { } edit)
            return null;
        _done.RemoveLast();
        _units -= Units(edit);
        _undone.Push(edit);
        return edit;
    }

    public TextEdit? Redo()
    {
        Break();
        if (!_undone.TryPop(out var edit))
            return null;
        _done.AddLast(edit);
        _units += Units(edit);
        return edit;
    }

    public void Clear()
    {
        Break();
        _done.Clear();
        _undone.Clear();
        _units = 0;
    }

    private static bool Continues(TextEdit last, TextEdit next) =>
        next.Removed.Length == 0 && last.At.After(last.Inserted) == next.At && !(char.IsWhiteSpace(last.Inserted[^1]) && !char.IsWhiteSpace(next.Inserted[0]));

    private static int Units(TextEdit edit) => edit.Removed.Length + edit.Inserted.Length;
}
