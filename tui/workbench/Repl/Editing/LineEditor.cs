using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>What a key asks of whoever runs the editor.</summary>
internal enum EditorRequest
{
    None,

    /// <summary>The line is to be run.</summary>
    Accept,

    /// <summary>The line is given up.</summary>
    Interrupt,

    /// <summary>Nothing more will be typed.</summary>
    End,

    /// <summary>Suggestions are wanted for what stands before the cursor.</summary>
    Suggest,

    /// <summary>The screen is to be empty but for the line.</summary>
    ClearScreen,

    /// <summary>The program is to stand still until the shell goes on with it.</summary>
    Suspend,
}

/// <summary>
/// The line editor: keys in, text and cursor out, with the keys of Emacs as GNU Readline has them. It knows no terminal and no clock.
/// </summary>
internal sealed partial class LineEditor(History history)
{
    private int _historyIndex = history.Count;
    private string _draft = "";
    private string _killed = "";
    private bool _lastKilled;

    public LineBuffer Buffer { get; private set; } = LineBuffer.Empty;

    /// <summary>How the line may go on, from what was typed before; shown grey behind it.</summary>
    public string Hint => Buffer.Cursor == Buffer.Text.Length && Search is null && Menu is null ? history.Hint(Buffer.Text) : "";

    /// <summary>Begins a new line.</summary>
    public void Reset()
    {
        (Buffer, _draft, Search, Menu, _lastKilled) = (LineBuffer.Empty, "", null, null, false);
        _historyIndex = history.Count;
    }

    public EditorRequest Press(Key key)
    {
        if (Search is not null && PressInSearch(key) is { } request)
            return request;
        if (Menu is not null && PressInMenu(key) is { } chosen)
            return chosen;
        var wasKilling = _lastKilled;
        _lastKilled = false;
        switch (key)
        {
            case { Kind: KeyKind.Text or KeyKind.Paste }:
                Buffer = Buffer.Insert(key.Text);
                return EditorRequest.None;
            case { Kind: KeyKind.Enter }:
                return Enter();
            case { Kind: KeyKind.Tab }:
                return EditorRequest.Suggest;
            case { Kind: KeyKind.Alt, Text: "\n" }:
                Buffer = Buffer.Insert("\n");
                return EditorRequest.None;
            case { Kind: KeyKind.Ctrl, Text: "c" }:
                return EditorRequest.Interrupt;
            case { Kind: KeyKind.Ctrl, Text: "d" } when Buffer.Text.Length == 0:
                return EditorRequest.End;
            case { Kind: KeyKind.Ctrl, Text: "l" }:
                return EditorRequest.ClearScreen;
            case { Kind: KeyKind.Ctrl, Text: "z" }:
                return EditorRequest.Suspend;
            case { Kind: KeyKind.Ctrl, Text: "r" }:
                BeginSearch();
                return EditorRequest.None;
            case { Kind: KeyKind.Ctrl, Text: "k" or "u" or "w" } or { Kind: KeyKind.Alt, Text: "d" or "\b" }:
                Kill(key, wasKilling);
                return EditorRequest.None;
            default:
                if (!Move(key))
                    Change(key);
                return EditorRequest.None;
        }
    }

    private EditorRequest Enter()
    {
        if (!WordReader.Read(Buffer.Text).IsOpen)
            return EditorRequest.Accept;
        Buffer = LineBuffer.Of(Buffer.Text + "\n");
        return EditorRequest.None;
    }

    /// <summary>Moves the cursor; false when the key is for something else.</summary>
    private bool Move(Key key)
    {
        switch (key)
        {
            case { Kind: KeyKind.Ctrl, Text: "a" } or { Kind: KeyKind.Home }:
                Buffer = Buffer.To(Buffer.LineStart);
                return true;
            case { Kind: KeyKind.Ctrl, Text: "e" } or { Kind: KeyKind.End }:
                Buffer = Hint.Length > 0 ? LineBuffer.Of(Buffer.Text + Hint) : Buffer.To(Buffer.LineEnd);
                return true;
            case { Kind: KeyKind.Ctrl, Text: "f" } or { Kind: KeyKind.Right }:
                Buffer = Hint.Length > 0 ? LineBuffer.Of(Buffer.Text + Hint) : Buffer.To(Buffer.Next());
                return true;
            case { Kind: KeyKind.Ctrl, Text: "b" } or { Kind: KeyKind.Left }:
                Buffer = Buffer.To(Buffer.Previous());
                return true;
            case { Kind: KeyKind.Alt, Text: "f" } or { Kind: KeyKind.WordRight }:
                Buffer = Hint.Length > 0 ? TakeHintWord() : Buffer.To(Buffer.WordEnd());
                return true;
            case { Kind: KeyKind.Alt, Text: "b" } or { Kind: KeyKind.WordLeft }:
                Buffer = Buffer.To(Buffer.WordStart());
                return true;
            case { Kind: KeyKind.Ctrl, Text: "p" } or { Kind: KeyKind.Up }:
                Step(-1);
                return true;
            case { Kind: KeyKind.Ctrl, Text: "n" } or { Kind: KeyKind.Down }:
                Step(1);
                return true;
            case { Kind: KeyKind.Alt, Text: "<" }:
                Recall(0);
                return true;
            case { Kind: KeyKind.Alt, Text: ">" }:
                Recall(history.Count);
                return true;
            default:
                return false;
        }
    }

    private void Change(Key key) => Buffer = key switch
    {
        { Kind: KeyKind.Backspace } => Buffer.Cut(Buffer.Previous()),
        { Kind: KeyKind.Delete } or { Kind: KeyKind.Ctrl, Text: "d" } => Buffer.Cut(Buffer.Next()),
        { Kind: KeyKind.Ctrl, Text: "y" } => Buffer.Insert(_killed),
        { Kind: KeyKind.Ctrl, Text: "t" } => Buffer.Transpose(),
        _ => Buffer,
    };

    private LineBuffer TakeHintWord()
    {
        var whole = new LineBuffer(Buffer.Text + Hint, Buffer.Cursor);
        return LineBuffer.Of(whole.Text[..whole.WordEnd()]);
    }

    /// <summary>Takes text out for Ctrl-Y; what is killed in one go is put back in one go.</summary>
    private void Kill(Key key, bool wasKilling)
    {
        var other = key.Text switch
        {
            "k" => Buffer.Cursor == Buffer.LineEnd ? Buffer.Next() : Buffer.LineEnd,
            "u" => Buffer.LineStart,
            "w" => Buffer.BlankWordStart(),
            "d" => Buffer.WordEnd(),
            _ => Buffer.WordStart(),
        };
        var text = Buffer.Text[Math.Min(other, Buffer.Cursor)..Math.Max(other, Buffer.Cursor)];
        _killed = !wasKilling ? text : other > Buffer.Cursor ? _killed + text : text + _killed;
        Buffer = Buffer.Cut(other);
        _lastKilled = true;
    }

    /// <summary>A line up or down: within the text, and beyond it to what was typed before.</summary>
    private void Step(int lines)
    {
        if (Buffer.Vertical(lines) is { } place)
            Buffer = Buffer.To(place);
        else
            Recall(_historyIndex + lines);
    }

    private void Recall(int index)
    {
        if (index < 0 || index > history.Count || index == _historyIndex)
            return;
        if (_historyIndex == history.Count)
            _draft = Buffer.Text;
        _historyIndex = index;
        Buffer = LineBuffer.Of(index == history.Count ? _draft : history[index]);
    }
}
