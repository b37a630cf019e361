using System.Globalization;

namespace MiniLambda.Workbench.Repl.Editing;

/// <summary>A text and a place in it, which always lies between two characters as people see them (grapheme clusters, UAX 29).</summary>
internal readonly record struct LineBuffer(string Text, int Cursor)
{
    public static readonly LineBuffer Empty = new("", 0);

    /// <summary>A text with the cursor at its end.</summary>
    public static LineBuffer Of(string text) => new(text, text.Length);

    public string Before => Text[..Cursor];

    public string After => Text[Cursor..];

    /// <summary>Where the line begins that the cursor is in.</summary>
    public int LineStart => (Cursor == 0 ? -1 : Text.LastIndexOf('\n', Cursor - 1)) + 1;

    /// <summary>Where that line ends.</summary>
    public int LineEnd => Text.IndexOf('\n', Cursor) is >= 0 and var end ? end : Text.Length;

    public LineBuffer Insert(string text) => new(Before + text + After, Cursor + text.Length);

    public LineBuffer To(int cursor) => this with { Cursor = cursor };

    /// <summary>Without what lies between the cursor and another place.</summary>
    public LineBuffer Cut(int other)
    {
        var (start, end) = (Math.Min(Cursor, other), Math.Max(Cursor, other));
        return new LineBuffer(Text[..start] + Text[end..], start);
    }

    /// <summary>One character to the left.</summary>
    public int Previous()
    {
        var previous = 0;
        for (var at = 0; at < Cursor; at += StringInfo.GetNextTextElementLength(Text, at))
            previous = at;
        return previous;
    }

    /// <summary>One character to the right.</summary>
    public int Next() => Cursor == Text.Length ? Cursor : Cursor + StringInfo.GetNextTextElementLength(Text, Cursor);

    /// <summary>The end of the word that the cursor is in or before; words are letters and digits, as for Alt-F in Emacs.</summary>
    public int WordEnd()
    {
        var at = Cursor;
        while (at < Text.Length && !char.IsLetterOrDigit(Text[at]))
            at++;
        while (at < Text.Length && char.IsLetterOrDigit(Text[at]))
            at++;
        return at;
    }

    /// <summary>The beginning of the word that the cursor is in or behind.</summary>
    public int WordStart()
    {
        var at = Cursor;
        while (at > 0 && !char.IsLetterOrDigit(Text[at - 1]))
            at--;
        while (at > 0 && char.IsLetterOrDigit(Text[at - 1]))
            at--;
        return at;
    }

    /// <summary>The beginning of the word between blanks, as Ctrl-W has it.</summary>
    public int BlankWordStart()
    {
        var at = Cursor;
        while (at > 0 && char.IsWhiteSpace(Text[at - 1]))
            at--;
        while (at > 0 && !char.IsWhiteSpace(Text[at - 1]))
            at--;
        return at;
    }

    /// <summary>The characters before and at the cursor change places; at the end of a line the last two do.</summary>
    public LineBuffer Transpose()
    {
        var middle = Cursor == LineEnd ? To(Cursor).Previous() : Cursor;
        var first = To(middle).Previous();
        var end = To(middle).Next();
        return middle <= LineStart || end == middle || first < LineStart
            ? this
            : new LineBuffer(Text[..first] + Text[middle..end] + Text[first..middle] + Text[end..], end);
    }

    /// <summary>The same column one line up or down; null when there is no such line.</summary>
    public int? Vertical(int lines)
    {
        var column = Cursor - LineStart;
        if (lines < 0)
            return LineStart == 0 ? null : Column(To(LineStart - 1).LineStart, LineStart - 1, column);
        return LineEnd == Text.Length ? null : Column(LineEnd + 1, To(LineEnd + 1).LineEnd, column);
    }

    private int Column(int start, int end, int column)
    {
        var wanted = Math.Min(start + column, end);
        var at = start;
        // Never within a character.
        while (at < wanted)
        {
            var next = at + StringInfo.GetNextTextElementLength(Text, at);
            if (next > wanted)
                break;
            at = next;
        }

        return at;
    }
}
